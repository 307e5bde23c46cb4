#!/usr/bin/env bash
# `===` is "arbitrary equality": the text must be the same, so `iniconfig===2.1` does not accept version 2.1.0. pip finds nothing to
# install and `pip check` complains. uv reads `===` as `==` and installs 2.1.0, and `uv pip check` is content.
# Why it matters: the operator exists to tell apart versions that `==` holds for equal; for uv they cannot be told apart.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
cd "$work"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9

echo "pip 26.3, uv 0.13.9, requirement: iniconfig===2.1, version on the index: 2.1.0"
echo "Expected: no version matches, as the comparison is one of text without padding (version specifiers, arbitrary equality)."
pip_result=0
pip install --dry-run --ignore-installed "iniconfig===2.1" >pip.out 2>&1 || pip_result=$?
with_uv=$(uv pip install "iniconfig===2.1" 2>&1 | grep '^ + ' || true)

mkdir project
cat >project/pyproject.toml <<'END'
[build-system]
requires = ["uv_build==0.13.6"]
build-backend = "uv_build"

[project]
name = "demo"
version = "1"
dependencies = ["iniconfig===2.1"]

[tool.uv.build-backend]
module-root = ""
END
mkdir project/demo
touch project/demo/__init__.py
uv pip install -q ./project
uv_verdict=0
uv pip check >uv.check 2>&1 || uv_verdict=$?
pip_verdict=0
pip check >pip.check 2>&1 || pip_verdict=$?
echo "Seen: pip install ends with $pip_result: $(grep '^ERROR: No' pip.out)"
echo "      uv pip install:$with_uv"
echo "      pip check ends with $pip_verdict: $(tail -n 1 pip.check)"
echo "      uv pip check ends with $uv_verdict: $(tail -n 1 uv.check)"
if [ "$pip_result" = 0 ] || [ "$with_uv" != " + iniconfig==2.1.0" ] || [ "$pip_verdict" = 0 ] || [ "$uv_verdict" != 0 ]; then
    echo "Changed: uv no longer reads === as ==, or pip does so too." >&2
    exit 1
fi
