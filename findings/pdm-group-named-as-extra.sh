#!/usr/bin/env bash
# A project may have an extra and a dependency group of one name; uv and pip keep them apart. PDM has one room for both: the
# group "test" is not seen at all, and an `include-group = "test"` in another group brings in what the *extra* "test" lists.
# There is no warning, and the package that the included group names is in no lock.
# Why it matters: PEP 735 lets a tool refuse such names, so a checker may expect an error or both lists, but not this exchange.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH" HOME="$work"
export PDM_PYTHON="$work/venv/bin/python" PDM_CHECK_UPDATE=false PDM_USE_VENV=false
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q pdm==2.29.4 hishel==1.4.0 # PDM 2.29.4 does not start a lock with hishel 2.

mkdir "$work/project"
cd "$work/project"
cat >pyproject.toml <<'END'
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"

[project.optional-dependencies]
test = ["six==1.17.0"]

[dependency-groups]
test = ["iniconfig==2.1.0"]
dev = ["toolz==1.0.0", { include-group = "test" }]
END

echo "$(pdm --version), uv 0.13.9"
echo "Expected: 'dev' is toolz and iniconfig: an include is exactly the contents of the named *group*; or an error, as tools may"
echo "          treat a group named as an extra as one (PEP 735)."
with_uv=$(uv export -q --only-group dev --no-hashes --no-header --no-annotate | sed 's/==.*//' | tr '\n' ' ')
pdm lock -G :all >pdm.log 2>&1
with_pdm=$(python - <<'END'
import tomllib

with open("pdm.lock", "rb") as file:
    print(*[package["name"] for package in tomllib.load(file)["package"] if "dev" in package["groups"]])
END
)
echo "Seen: uv export --only-group dev: $with_uv"
echo "      group dev of pdm.lock: $with_pdm; $(grep -ci warn pdm.log || true) warnings"
if [ "$with_uv" != "iniconfig toolz " ] || [ "$with_pdm" != "six toolz" ] ||
    grep -q iniconfig pdm.lock || grep -qi warn pdm.log; then
    echo "Changed: PDM no longer puts an extra in the place of the dependency group of the same name." >&2
    exit 1
fi
