#!/usr/bin/env bash
# A package's METADATA may list Pythons with spaces between, as pickleshare 0.7.5 does for old ones: `python_version in "3.10 3.11"`. PDM locks a project
# that requires it plainly. Once a marker of python_version or python_full_version stands on what requires it, PDM puts the two together by
# dep-logic, which takes a list apart at commas alone, and the lock ends with "Invalid specifier: '==3.10 3.11'"; no package is named.
# Alone the marker is evaluated as text, as it should be. uv locks both projects.
# Why it matters: a marker in one's own project makes a dependency of somebody else's unlockable, and nothing says which.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1 PDM_CHECK_UPDATE=false PDM_USE_VENV=false
mkdir -p "$HOME" "$work/wheels" "$work/middle" "$work/project"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python" PDM_PYTHON="$work/tools/bin/python"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q pdm==2.29.4 dep-logic==0.7.2 hishel==1.4.0 packaging==26.4 flit-core==4.2.0 # PDM 2.29.4 does not start a lock with hishel 2.

cd "$work/middle"
echo '"""Middle."""' >middle.py
cat >pyproject.toml <<'END'
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"

[project]
name = "middle"
version = "1"
description = "Middle"
dependencies = ["six==1.17.0; python_version in '3.10 3.11'"]
END
python -c 'import sys, flit_core.buildapi; flit_core.buildapi.build_wheel(sys.argv[1])' "$work/wheels" >/dev/null

cd "$work/project"
# What is locked, by PDM and by uv, where the project requires the package with that marker.
locked() {
    rm -f pdm.lock uv.lock
    cat >pyproject.toml <<END
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["middle @ file://$work/wheels/middle-1-py2.py3-none-any.whl$1"]
END
    pdm lock >pdm.log 2>&1 || true
    echo "$(sed -n 's/^name = "\(.*\)"/\1/p' pdm.lock 2>/dev/null | tr '\n' ' ')$(grep Invalid pdm.log || true)/ " \
        "$(uv export -q --no-hashes --no-header --no-annotate --no-emit-project --no-emit-package middle | tr -d '\n')"
}
plain=$(locked "")
beside=$(locked " ; python_version < '4'")
alone=$(python - <<'END'
from dep_logic.markers import parse_marker
from packaging.markers import Marker, default_environment

text, environment = "python_version in '3.10 3.11'", dict(default_environment(), python_version="3.10", python_full_version="3.10.9")
print(Marker(text).evaluate(environment), parse_marker(text).evaluate(environment))
END
)
echo "$(pdm --version), dep-logic 0.7.2, uv 0.13.9"
echo "Expected: both projects can be locked: 'in' is that of texts in Python (dependency specifiers, environment markers), so a list has no"
echo "          separator of its own."
echo "Seen, PDM / uv, where the package is required"
echo "      plainly:                   $plain"
echo "      with python_version < '4': $beside"
echo "      the marker alone on Python 3.10, by packaging and dep-logic: $alone"
if [ "$plain" != "middle six /  six==1.17.0 ; python_full_version < '3.12'" ] || [ "$alone" != "True True" ] ||
    [ "$beside" != "[InvalidSpecifier]: Invalid specifier: '==3.10 3.11'/  six==1.17.0 ; python_full_version < '3.12'" ]; then
    echo "Changed: PDM no longer stumbles over a list of versions with spaces beside another marker." >&2
    cat pdm.log >&2
    exit 1
fi
