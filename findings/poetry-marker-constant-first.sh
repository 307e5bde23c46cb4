#!/usr/bin/env bash
# A marker may have the constant on either side: `"java" == sys_platform` is as valid as `sys_platform == "java"`. Poetry understands
# the first form only with `in`. It calls such a marker of a dependency invalid, strips it and goes on: the requirement is then
# unconditional, so the lock installs it everywhere. Flit writes the marker into METADATA as it stands; pip obeys it.
# Why it matters: a lock may be larger than the METADATA of its packages allows, and nothing in the lock tells that a marker was lost.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!POETRY_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
export POETRY_CONFIG_DIR="$work/config" POETRY_CACHE_DIR="$work/cache" POETRY_VIRTUALENVS_CREATE=false
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q poetry==2.5.1 flit-core==4.2.0 pip==26.3

mkdir "$work/demo" "$work/project"
cd "$work/demo"
echo '"""Demo."""' >demo.py
cat >pyproject.toml <<END
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"

[project]
name = "demo"
version = "1"
description = "Demo"
dependencies = ["toolz @ file://$work/project/toolz-1.0.0-py3-none-any.whl ; 'java' == sys_platform"]
END
python -c 'import flit_core.buildapi as backend; backend.build_wheel("../project")'
cd "$work/project"
pip download -q --disable-pip-version-check --no-deps toolz==1.0.0
cat >pyproject.toml <<'END'
[project]
name = "user"
version = "1"
requires-python = ">=3.10"

[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
demo = { path = "demo-1-py2.py3-none-any.whl" }
END

echo "$(poetry --version), pip 26.3, flit_core 4.2.0"
echo "Expected: toolz is not installed: the variable may stand on either side of a comparison (dependency specifiers, grammar)."
poetry lock --no-ansi >poetry.log 2>&1
poetry install --dry-run --no-ansi >install.log
with_poetry=$(grep -o -- '- Installing [a-z]*' install.log | sort | tr '\n' ' ' || true)
with_pip=$(pip install --dry-run --ignore-installed ./demo-1-py2.py3-none-any.whl 2>pip.log | grep '^Would install')
echo "Seen: Poetry says: $(grep -i strip poetry.log | sed 's/ @ [^ ]*//')"
echo "      poetry.lock has for demo: $(grep -A1 'package.dependencies' poetry.lock | tail -n 1 | sed 's/path = [^,}]*/path = .../')"
echo "      Poetry: $with_poetry"
echo "      pip: $with_pip"
if [ "$with_poetry" != "- Installing demo - Installing toolz " ] || [ "$with_pip" != "Would install demo-1" ]; then
    echo "Changed: Poetry no longer installs a requirement whose marker has the constant first and is false." >&2
    exit 1
fi
