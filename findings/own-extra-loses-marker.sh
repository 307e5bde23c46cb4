#!/usr/bin/env bash
# An extra may take in another extra of the same project, and on some systems only: all = ["demo[windows]; sys_platform == 'win32'"].
# hatchling, Hatch and PDM put the contents of that extra in the place of the line, and all three drop the marker that stood on it. So
# hatchling publishes a METADATA in which "all" wants the Windows package everywhere, PDM locks it for everywhere, and Hatch installs it;
# PDM and Hatch do so for a dependency group with such a line too. flit-core leaves the line in METADATA as it is, and pip obeys it there;
# uv locks the package for Windows only.
# Why it matters: which packages an extra stands for depends on the backend; an environment made from the wheel, or by PDM or Hatch, has
# more than pyproject.toml asks for. (That hatchling writes out such lines is known; that their marker is lost is not.)
# Needs a system that is not Windows.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!HATCH_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1 PDM_CHECK_UPDATE=false PDM_USE_VENV=false
export HATCH_INTERACTIVE=0
mkdir -p "$HOME" "$TMPDIR" "$work/project"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python" PDM_PYTHON="$work/tools/bin/python"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv venv -q "$work/hatch"
uv pip install -q --python "$work/hatch/bin/python" hatch==1.18.2
uv pip install -q pdm==2.29.4 hishel==1.4.0 pip==26.3 # PDM 2.29.4 does not start a lock with hishel 2.

cd "$work/project"
touch demo.py
project() {
    cat >pyproject.toml <<END
[build-system]
requires = ["$1"]
build-backend = "$2"

[project]
name = "demo"
version = "1"
description = "A project with extras"
requires-python = ">=3.10"

[project.optional-dependencies]
windows = ["pywin32-ctypes==0.2.3"]
all = ["demo[windows]; sys_platform == 'win32'", "iniconfig==2.1.0"]

[dependency-groups]
dev = ["demo[windows]; sys_platform == 'win32'"]

[tool.hatch.envs.default]
installer = "uv"
dependency-groups = ["dev"]
END
}
# What the wheel of that backend says that "all" requires, and what pip installs for it.
wheel() {
    rm -rf dist
    uv build -q --wheel >build.log 2>&1 || { cat build.log >&2; exit 2; }
    python -m zipfile -e dist/demo-1-py3-none-any.whl dist
    grep -E "^Requires-Dist: .*extra == .all." dist/demo-1.dist-info/METADATA | sed 's/^/         /'
    printf '         pip would install: '
    python -m pip install --dry-run --disable-pip-version-check 'dist/demo-1-py3-none-any.whl[all]' 2>&1 | sed -n 's/^Would install //p'
}
project flit-core==4.2.0 flit_core.buildapi
by_flit=$(wheel)
project hatchling==1.33.0 hatchling.build
by_hatchling=$(wheel)
# The line of the package in what is exported of the lock.
uv lock -q
by_uv=$(uv export -q --no-hashes --no-header --no-annotate --extra all | grep pywin32 || true)
pdm lock -q -G :all >pdm.log 2>&1 || { cat pdm.log >&2; exit 2; }
by_pdm_all=$(pdm export --no-hashes -G all 2>>pdm.log | grep pywin32 || true)
by_pdm_dev=$(pdm export --no-hashes --no-default -G dev 2>>pdm.log | grep pywin32 || true)

unset UV_PYTHON # Hatch's calls of uv would obey it.
"$work/hatch/bin/hatch" env create >hatch.log 2>&1 || { cat hatch.log >&2; exit 2; }
by_hatch=$(uv pip freeze --python "$("$work/hatch/bin/hatch" env find)" 2>>hatch.log | grep pywin32 || true)

echo "hatchling 1.33.0, flit-core 4.2.0, pip 26.3, uv 0.13.9, $(pdm --version), Hatch 1.18.2"
echo "Expected: pywin32-ctypes is needed on Windows only (dependency specifiers: the marker decides whether a requirement is used)."
echo "Seen: METADATA of flit-core:"
echo "$by_flit"
echo "      METADATA of hatchling:"
echo "$by_hatchling"
echo "      uv's lock, 'all': $by_uv"
echo "      PDM's lock, 'all': $by_pdm_all; group 'dev': $by_pdm_dev"
echo "      Hatch's environment of group 'dev': $by_hatch"
if [[ "$by_flit" == *"install: "*pywin32* ]] || [[ "$by_hatchling" != *"install: "*pywin32-ctypes-0.2.3* ]] ||
    [ "$by_uv" != "pywin32-ctypes==0.2.3 ; sys_platform == 'win32'" ] || [ "$by_pdm_all" != "pywin32-ctypes==0.2.3" ] ||
    [ "$by_pdm_dev" != "pywin32-ctypes==0.2.3" ] || [ "$by_hatch" != "pywin32-ctypes==0.2.3" ]; then
    echo "Changed: hatchling, PDM and Hatch no longer drop the marker of an extra of the project's own." >&2
    exit 1
fi
