#!/usr/bin/env bash
# A constraints file decides versions, never what is installed. But if it has a line `-r other.txt`, pip takes the lines of that
# file as requirements and installs them; only files reached by `-c` stay constraints. uv keeps constraining through the `-r`.
# Why it matters: a tool that follows the files of a project has to carry the kind of the *last* option, not of the first one.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
cd "$work"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9

echo "six" >requirements.txt
echo "-r shared.txt" >constraints.txt
printf '%s\n' "six==1.16.0" "iniconfig==2.1.0" >shared.txt

echo "pip 26.3, uv 0.13.9; -r requirements.txt (six) -c constraints.txt (-r shared.txt: six==1.16.0, iniconfig==2.1.0)"
echo "Expected: six 1.16.0 alone: a constraints file controls which version is installed, not whether it is installed"
echo "          (pip user guide, constraints files)."
with_pip=$(pip install --dry-run --ignore-installed -r requirements.txt -c constraints.txt 2>pip.log | grep '^Would install')
with_uv=$(uv pip install --dry-run -r requirements.txt -c constraints.txt 2>&1 | grep '^ + ' | tr '\n' ' ')
echo "Seen: pip: $with_pip"
echo "      uv: $with_uv"
if [ "$with_pip" != "Would install iniconfig-2.1.0 six-1.16.0" ] || [ "$with_uv" != " + six==1.16.0 " ]; then
    echo "Changed: pip no longer installs what a constraints file includes with -r, or uv does so too." >&2
    exit 1
fi
