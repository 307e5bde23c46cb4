#!/usr/bin/env bash
# `python_full_version not in "3.12.10 3.12.11"` looks like a list of versions. For pip it is text: on Python 3.12.1 the text
# "3.12.1" is part of "3.12.10", so the requirement is left out. uv takes the constant apart into versions and compares those, so
# there the requirement is needed. Both accept the marker without a word.
# Why it matters: one requirements file, two sets of packages; a checker has to know whose environment it looks at.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
cd "$work"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9

# This Python's version with one more digit, as 3.12.1 and 3.12.10.
version=$(python -c 'import platform; print(platform.python_version())')
echo "six==1.17.0 ; python_full_version not in '${version}0'" >requirements.txt

echo "pip 26.3, uv 0.13.9, Python $version, $(cat requirements.txt)"
echo "Expected: both tools give one answer (dependency specifiers: operators without a meaning for versions work as on text)."
with_pip=$(pip install --dry-run --ignore-installed -q --report - -r requirements.txt 2>pip.log |
    python -c 'import json, sys; print(*[item["metadata"]["name"] for item in json.load(sys.stdin)["install"]])')
with_uv=$(uv pip compile -q --no-header --no-annotate requirements.txt 2>uv.log)
echo "Seen: pip would install: ${with_pip:-nothing}"
echo "      uv would install:  ${with_uv:-nothing}"
if [ -n "$with_pip" ] || [ "$with_uv" != "six==1.17.0" ] || [ -s uv.log ]; then
    echo "Changed: pip and uv no longer read 'not in' with versions as text and as a list." >&2
    exit 1
fi
