#!/usr/bin/env bash
# redis 5.2.1 requires async-timeout on Python before 3.11.3. A project that asks for redis with the old marker `python_version > "3"` gets
# a lock of PDM's without async-timeout, and `pdm lock --check` is content. dep-logic, which PDM uses to put the two markers together, takes
# "newer than 3" for "4 or newer" as soon as `python_full_version` stands beside it, and so finds that both never hold. Alone the marker is
# kept as text and works; with `> "2"` in its place async-timeout is locked. uv exports it for both.
# Why it matters: a requirement of a package vanishes from the lock, by a marker that is true on every Python that PDM runs on.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH" HOME="$work"
export PDM_PYTHON="$work/venv/bin/python" PDM_CHECK_UPDATE=false PDM_USE_VENV=false
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q pdm==2.29.4 dep-logic==0.7.2 hishel==1.4.0 packaging==26.4 # PDM 2.29.4 does not start a lock with hishel 2.

mkdir "$work/project"
cd "$work/project"
# What is locked for that Python of the marker: by PDM, and by uv.
locked() {
    rm -f pdm.lock uv.lock
    cat >pyproject.toml <<END
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["redis==5.2.1; python_version > '$1'"]
END
    pdm lock -q >pdm.log 2>&1 || { cat pdm.log >&2; exit 2; }
    with_pdm=$(sed -n 's/^name = "\(.*\)"/\1/p' pdm.lock | tr '\n' ' ')
    with_uv=$(uv export -q --no-hashes --no-header --no-annotate --no-emit-project | sed 's/==.*//' | tr '\n' ' ')
    check=0
    pdm lock --check -q >check.log 2>&1 || check=$?
    echo "$with_pdm, $with_uv, $check"
}
three=$(locked 3)
two=$(locked 2)
markers=$(python - <<'END'
from dep_logic.markers import parse_marker
from packaging.markers import Marker, default_environment

both = "python_version > '3' and python_full_version < '3.11.3'"
environment = dict(default_environment(), python_version="3.10", python_full_version="3.10.9")
print(parse_marker(both), parse_marker("python_version > '3'").evaluate(environment), Marker(both).evaluate(environment))
END
)
echo "$(pdm --version), dep-logic 0.7.2, uv 0.13.9, packaging 26.4"
echo "Expected: async-timeout is locked, as both markers hold on Python 3.10.9: python_version is \"3.10\" there, which as a version is newer"
echo "          than 3 (version specifiers, exclusive ordered comparison)."
echo "Seen, pdm.lock, uv export and the result of pdm lock --check:"
echo "      redis with python_version > '3': $three"
echo "      redis with python_version > '2': $two"
echo "      both markers put together by dep-logic; the first alone, by dep-logic, on 3.10.9; both by packaging: $markers"
if [ "$three" != "redis , async-timeout redis , 0" ] || [ "$two" != "async-timeout redis , async-timeout redis , 0" ] ||
    [ "$markers" != "<empty> True True" ]; then
    echo "Changed: PDM no longer loses a requirement to python_version > '3'." >&2
    exit 1
fi
