#!/usr/bin/env bash
# A requirements.txt has `-c constraints.txt`, as pip's guide describes it. `pipenv install -r requirements.txt` takes the lines of that file for
# requirements: what is only constrained is put into the Pipfile, locked and installed. And where a package stands in both files,
# the line of the file that is read last is all that is left, so a pin gives way to the wider constraint and a newer version is
# installed. pip and `uv add -r` take the requirements alone, with their pins.
# Why it matters: after the move to Pipenv the environment, the lock and the Pipfile agree, and all three are not what was asked for.
# Known the other way round: issue 2322 of Pipenv, of 2018, says that constraints are passed over.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PIPENV_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
export PIPENV_VENV_IN_PROJECT=1 PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_YES=1
mkdir -p "$HOME" "$TMPDIR" "$work/pipenv" "$work/uv"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" pip install -q --python "$work/tools/bin/python" pipenv==2026.10.3 pip==26.3
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python"

cd "$work"
printf '%s\n' "toolz==1.0.0" "six==1.17.0" "-c constraints.txt" >requirements.txt
printf '%s\n' "toolz<1.2" "idna==3.10" >constraints.txt

with_pip=$(pip install --dry-run --ignore-installed -q --report - -r requirements.txt 2>pip.log |
    python -c 'import json, sys; print(*sorted("{name}=={version}".format_map(i["metadata"]) for i in json.load(sys.stdin)["install"]))')
cd "$work/uv"
printf '%s\n' '[project]' 'name = "demo"' 'version = "1"' 'requires-python = ">=3.10"' >pyproject.toml
uv add -q --no-sync -r ../requirements.txt
with_uv=$(python -c 'import re; print(*sorted(re.findall("[a-z]+==[0-9.]+", open("pyproject.toml").read())))')

cd "$work/pipenv"
pipenv install -r ../requirements.txt >pipenv.log 2>&1 || { cat pipenv.log >&2; exit 2; }
in_pipfile=$(sed -n '/^\[packages\]/,/^\[dev/{/=/p}' Pipfile | sort | tr '\n' ' ')
installed=$(.venv/bin/python -c 'import importlib.metadata as m; print(*sorted(f"{d.name}=={d.version}" for d in m.distributions() if d.name not in ("pip", "setuptools")))')

echo "$(pipenv --version), pip 26.3, uv 0.13.9"
echo "Expected: six 1.17.0 and toolz 1.0.0 alone: a constraints file controls which version is installed, not whether it is installed, and"
echo "          what is installed meets both files (pip user guide, constraints files)."
echo "Seen: pip would install: $with_pip"
echo "      uv add -r: $with_uv"
echo "      Pipfile: $in_pipfile"
echo "      installed by Pipenv: $installed"
if [ "$with_pip" != "six==1.17.0 toolz==1.0.0" ] || [ "$with_uv" != "$with_pip" ] ||
    [ "$in_pipfile" != 'idna = "==3.10" six = "==1.17.0" toolz = "<1.2" ' ] || [ "$installed" != "idna==3.10 six==1.17.0 toolz==1.1.0" ]; then
    echo "Changed: Pipenv no longer takes constraints for requirements, or others do so too." >&2
    cat pipenv.log >&2
    exit 1
fi
