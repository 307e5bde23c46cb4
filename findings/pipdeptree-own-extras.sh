#!/usr/bin/env bash
# An extra may be made of the package's own extras: etils has `etils[epy]; extra == "epath"`. Where something requires `etils[epath]`, pipdeptree
# finds that etils requires etils, calls it a cyclic dependency, and with `--warn fail`, made for checks in CI, ends with 1. Nothing is
# wrong: `pip check` says so, and pipdeptree shows all that the extra asks for, installed. Without such an extra (etils[epy]) it is content.
# `uv pip tree` errs to the other side: it follows no extra of an installed package, so what came with the extra stands there as if nobody
# required it.
# Why it matters: a sound environment fails a check, and of two trees one has a circle that is none and the other lacks the branch.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PIPDEPTREE_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
mkdir -p "$HOME" "$work/project"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q pip==26.3 pipdeptree==4.2.15 flit-core==4.2.0

cd "$work/project"
echo '"""Demo."""' >demo.py
printf '%s\n' fsspec==2026.9.0 importlib-resources==7.1.0 typing-extensions==4.16.0 zipp==4.1.2 >pins.txt
# An environment with a package that requires etils with that extra: how pip check and pipdeptree end, pipdeptree's words, the roots of uv's tree.
outcome() {
    cat >pyproject.toml <<END
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"

[project]
name = "demo"
version = "1"
description = "Demo"
dependencies = ["etils[$1]==1.13.0"]
END
    python3 -m venv --without-pip "$work/$1"
    mkdir "$work/wheel-$1"
    python -c 'import sys, flit_core.buildapi; flit_core.buildapi.build_wheel(sys.argv[1])' "$work/wheel-$1" >/dev/null
    uv pip install -q --python "$work/$1" -c pins.txt "$work/wheel-$1"/*.whl
    local pip=0 tree=0
    pip --python "$work/$1" check >"$work/pip.log" || pip=$?
    pipdeptree --python "$work/$1/bin/python" --warn fail >"$work/tree.log" 2>&1 || tree=$?
    echo "$pip $tree$(grep -A1 Cyclic "$work/tree.log" | tail -n 1 | tr -s ' ') /" \
        $(uv pip tree --python "$work/$1" 2>/dev/null | grep '^[a-z]' | sed 's/ .*//' | sort)
}
made_of_own=$(outcome epath)
plain=$(outcome epy)

echo "pip 26.3, pipdeptree 4.2.15, uv 0.13.9, etils 1.13.0"
echo "Expected: both environments are found to be in order (self-referential extras, pip's documentation), and zipp hangs below etils."
echo "Seen, pip check, pipdeptree, its words / the roots of uv pip tree:"
echo "      etils[epath]: $made_of_own"
echo "      etils[epy]:   $plain"
if [ "$made_of_own" != "0 1 etils => etils / demo fsspec importlib-resources typing-extensions zipp" ] || [ "$plain" != "0 0 / demo typing-extensions" ]; then
    echo "Changed: pipdeptree no longer takes an own extra for a circle, or uv follows the extras of what is installed." >&2
    cat "$work/pip.log" "$work/tree.log" >&2
    exit 1
fi
