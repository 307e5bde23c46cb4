#!/usr/bin/env bash
# A project that wants to leave out one broken release candidate of Python writes `python_full_version != "3.13.0rc1"`. uv drops
# "rc1" before it compares, so on the final 3.13.0 the marker is false and the requirement is silently not installed; pip needs it.
# `uv pip check` agrees with uv, `pip check` with pip, on the very same environment.
# Why it matters: two checkers of one environment contradict each other, and neither mentions the marker.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9 flit-core==4.2.0

version=$(python -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
mkdir "$work/project"
cd "$work/project"
echo '"""Demo."""' >demo.py
cat >pyproject.toml <<END
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"

[project]
name = "demo"
version = "1"
description = "Demo"
dependencies = ["six==1.17.0; python_full_version != '${version}rc1'"]
END

echo "pip 26.3, uv 0.13.9, Python $version, marker: python_full_version != '${version}rc1'"
echo "Expected: the marker holds, as python_full_version is compared as a version and $version is not ${version}rc1"
echo "          (dependency specifiers and version specifiers)."
uv pip install -q --no-build-isolation . 2>uv.log
installed=$(python -m pip list --format freeze --exclude pip --exclude uv --exclude flit_core --exclude setuptools | tr '\n' ' ')
uv_verdict=0
uv pip check >uv.out 2>&1 || uv_verdict=$?
pip_verdict=0
pip check >pip.out 2>&1 || pip_verdict=$?
echo "Seen: uv installed: $installed"
echo "      uv pip check ends with $uv_verdict: $(tail -n 1 uv.out)"
echo "      pip check ends with $pip_verdict: $(tail -n 1 pip.out)"
if [ "$installed" != "demo==1 " ] || [ "$uv_verdict" != 0 ] || [ "$pip_verdict" != 1 ] || ! grep -q "requires six" pip.out; then
    echo "Changed: uv no longer drops the pre-release part of a version in a marker, or pip no longer disagrees." >&2
    exit 1
fi
