#!/usr/bin/env bash
# Poetry lets a dependency be for one Python: `python = "3.11.*"`. migrate-to-uv makes `python_full_version == '3.11'` of it, without the star.
# That holds on 3.11.0 alone, so from 3.11.1 on the requirement is never installed; and `python = "!=3.11.*"` becomes a marker that
# holds on 3.11.1 and later too. Nothing is said about it, and uv locks the result. poetry-core, which Poetry itself
# uses, writes the same dependencies as `python_version == "3.11"` and its opposite.
# Why it matters: before and after the migration a check of the environment asks for different packages, and both are right about their file.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1 PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check migrate-to-uv==0.12.0 poetry-core==2.5.0 packaging==26.4

mkdir "$work/project"
cd "$work/project"
cat >pyproject.toml <<'END'
[tool.poetry]
name = "demo"
version = "1"
description = "Demo"
authors = []

[tool.poetry.dependencies]
python = ">=3.10"
six = { version = "1.17.0", python = "3.11.*" }
idna = { version = "3.10", python = "!=3.11.*" }
END
cat >"$work/needed.py" <<'END'
import sys, tomllib
from packaging.markers import default_environment
from packaging.requirements import Requirement
from poetry.core.factory import Factory

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file).get("project")
texts = project["dependencies"] if project else [d.to_pep_508() for d in Factory().create_poetry().package.requires]
environment = dict(default_environment(), python_version="3.11", python_full_version="3.11.9")
print(*texts, sep=", ", end=" -> ")
print(*[r.name for r in map(Requirement, texts) if r.marker.evaluate(environment)])
END
before=$(python "$work/needed.py")
migrate-to-uv --skip-lock >migrate.log 2>&1 || { cat migrate.log >&2; exit 2; }
after=$(python "$work/needed.py")

echo "migrate-to-uv 0.12.0, poetry-core 2.5.0, packaging 26.4"
echo "Expected: on Python 3.11.9 six is needed before and after, and idna is not: a star stands for everything from there on (Poetry's"
echo "          documentation, wildcard requirements; version specifiers, version matching)."
echo "Seen: before, by poetry-core: $before"
echo "      migrate-to-uv says: $(grep -v '^$' migrate.log | tr '\n' ' ')"
echo "      after: $after"
if [ "${before##*-> }" != "six" ] || [ "${after##*-> }" != "idna" ] || grep -qiE "warn|error" migrate.log; then
    echo "Changed: migrate-to-uv no longer loses the star of a dependency's Python." >&2
    exit 1
fi
