#!/usr/bin/env bash
# `pdm lock -G deep` follows `include-group` only one level when it locks a chosen group: what the included group itself includes
# is left out of the lock, silently, and `pdm install -G deep` from then on reports success without it. `pdm lock` for all groups
# gives the same group everything.
# Why it matters: the contents of a group depend on how the lock was asked for; "the lock is in sync" is true for both.
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

[dependency-groups]
inner = ["six==1.17.0"]
middle = ["iniconfig==2.1.0", { include-group = "inner" }]
deep = ["toolz==1.0.0", { include-group = "middle" }]
END
packages_of_deep() {
    python - <<'END'
import tomllib

with open("pdm.lock", "rb") as file:
    print(*[package["name"] for package in tomllib.load(file)["package"] if "deep" in package["groups"]])
END
}

echo "$(pdm --version), uv 0.13.9"
echo "Expected: 'deep' is toolz, iniconfig and six: includes of an included group are expanded as well (PEP 735, include)."
with_uv=$(uv export -q --only-group deep --no-hashes --no-header --no-annotate | sed 's/==.*//' | tr '\n' ' ')
pdm lock -q -G deep >/dev/null
chosen=$(packages_of_deep)
check=0
pdm lock --check -q >check.log 2>&1 || check=$?
rm pdm.lock
pdm lock -q -G :all >/dev/null
everything=$(packages_of_deep)
echo "Seen: uv export --only-group deep: $with_uv"
echo "      pdm lock -G deep: $chosen (pdm lock --check then ends with $check)"
echo "      pdm lock -G :all: $everything"
if [ "$with_uv" != "iniconfig six toolz " ] || [ "$chosen" != "iniconfig toolz" ] || [ "$everything" != "iniconfig six toolz" ]; then
    echo "Changed: PDM no longer loses the includes of an included group." >&2
    exit 1
fi
