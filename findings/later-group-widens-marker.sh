#!/usr/bin/env bash
# A project wants colorama on Windows only, and its group "dev" wants it everywhere. Poetry's lock has markers for each group, and yet the
# project's own is lost: of two groups that ask for the same version, the one that comes first (the project itself always does) gets the
# markers of both together, and the later one keeps its own. So `poetry install --only main` installs colorama on Linux. If the two lines
# differ in how they ask for the version, or the plain one comes first, the markers stay. PDM's lock has one marker for a package, whatever
# the group, so there the group with the marker loses it in either order. uv keeps them apart.
# Why it matters: a line of a development group decides what production gets, and `poetry check --lock` is content; an environment made from
# the lock is not what the project asks for. (Poetry repaired another case of several groups in 2025, pull request 10613; this one is left.)
# Needs a system that is not Windows.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!POETRY_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1 PDM_CHECK_UPDATE=false PDM_USE_VENV=false
export POETRY_CONFIG_DIR="$work/config" POETRY_CACHE_DIR="$work/cache" POETRY_VIRTUALENVS_IN_PROJECT=true
mkdir -p "$HOME" "$TMPDIR" "$work/project"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python" PDM_PYTHON="$work/pdm/bin/python"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q poetry==2.5.1 pip==26.3
uv venv -q "$work/pdm"
uv pip install -q --python "$work/pdm/bin/python" pdm==2.29.4 hishel==1.4.0 # PDM 2.29.4 does not start a lock with hishel 2.

cd "$work/project"
# A project with this dependency, and this one in its group "dev".
project() {
    rm -rf ./*.lock .venv
    cat >pyproject.toml <<END
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["$1"]

[dependency-groups]
dev = ["$2"]

[tool.poetry]
package-mode = false
END
}
# The markers in Poetry's lock, the end of its check, and what it installs for one group.
by_poetry() {
    poetry lock -q >poetry.log 2>&1 && poetry install -q --only "$1" >>poetry.log 2>&1 || { cat poetry.log >&2; exit 2; }
    local check=0 markers installed=nothing
    poetry check --lock -q >poetry.log 2>&1 || check=$?
    markers=$(sed -n 's/^markers = //p' poetry.lock)
    [ ! -d .venv/lib/python*/site-packages/colorama ] || installed=colorama
    echo "${markers:-no markers}; check ends with $check; --only $1 installs $installed"
}
# What stands in an export of PDM's or uv's.
line() { grep '^colorama' || echo nothing; }

windows="colorama==0.4.6; sys_platform == 'win32'"
project "$windows" "colorama==0.4.6"
poetry_same=$(by_poetry main)
"$work/pdm/bin/pdm" lock -q -G :all >pdm.log 2>&1 || { cat pdm.log >&2; exit 2; }
pdm_main=$("$work/pdm/bin/pdm" export --prod --no-hashes 2>>pdm.log | line)
uv lock -q
uv_main=$(uv export -q --no-dev --no-hashes --no-header --no-annotate | line)
project "$windows" "colorama>=0.4.6,<0.4.7"
poetry_differs=$(by_poetry main)
project "colorama==0.4.6" "$windows"
poetry_turned=$(by_poetry dev)
"$work/pdm/bin/pdm" lock -q -G :all >pdm.log 2>&1 || { cat pdm.log >&2; exit 2; }
pdm_dev=$("$work/pdm/bin/pdm" export --no-default -G dev --no-hashes 2>>pdm.log | line)

echo "$(poetry --version), $("$work/pdm/bin/pdm" --version), uv 0.13.9"
echo "Expected: the group that wants colorama on Windows only does not bring it here, whatever another group asks for (PEP 735: a group is"
echo "          exactly the list of its requirements)."
echo "Seen: Poetry, the project \"$windows\", dev \"colorama==0.4.6\":"
echo "         $poetry_same"
echo "      Poetry, the same, but dev \"colorama>=0.4.6,<0.4.7\":"
echo "         $poetry_differs"
echo "      Poetry, the project \"colorama==0.4.6\", dev \"$windows\":"
echo "         $poetry_turned"
echo "      PDM, the first of these, the project: $pdm_main; the last, group dev: $pdm_dev"
echo "      uv, the first of these, the project: $uv_main"
marked='= "sys_platform == \"win32\""}; check ends with 0; --only'
if [ "$poetry_same" != "no markers; check ends with 0; --only main installs colorama" ] ||
    [ "$poetry_differs" != "{main $marked main installs nothing" ] || [ "$poetry_turned" != "{dev $marked dev installs nothing" ] ||
    [ "$pdm_main" != "colorama==0.4.6" ] || [ "$pdm_dev" != "colorama==0.4.6" ] ||
    [ "$uv_main" != "colorama==0.4.6 ; sys_platform == 'win32'" ]; then
    echo "Changed: the marker of a group no longer depends on what a later group asks for." >&2
    exit 1
fi
