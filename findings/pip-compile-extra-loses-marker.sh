#!/usr/bin/env bash
# pip-compile reads a pyproject.toml without building the project where it can. A requirement of an extra then gets "this extra is wanted"
# in place of its own marker: what stands in an extra for Windows, or for an old Python, is locked everywhere, and the lock has no marker.
# The same lines in `dependencies` keep their markers. So do those of the extra once pip-compile asks the build backend, as it does when
# it is to lock the build requirements too. uv keeps the markers.
# Why it matters: the lock of an extra asks for packages that the project does not want here, or cannot be made at all where there is no
# such package for this system; who compares the environment with the project finds each of them unneeded.
# Needs a system that is not Windows.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
mkdir -p "$HOME" "$TMPDIR" "$work/project"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q pip-tools==7.6.2 pip==26.3

cd "$work/project"
touch demo.py
# A project with these dependencies, and these in its extra.
project() {
    cat >pyproject.toml <<END
[build-system]
requires = ["flit-core==4.2.0"]
build-backend = "flit_core.buildapi"

[project]
name = "demo"
version = "1"
description = "A project with an extra"
requires-python = ">=3.8"
dependencies = [$1]

[project.optional-dependencies]
test = [$2]
END
}
# What pip-compile locks for the extra, without the build requirement.
compile() {
    pip-compile -q --extra test --strip-extras --no-header --no-annotate --no-emit-options -o lock.txt "$@" pyproject.toml \
        >compile.log 2>&1 || { cat compile.log >&2; exit 2; }
    grep = lock.txt | grep -v '^flit-core' | paste -sd, - | sed 's/,/, /g'
    rm lock.txt
}
windows="'colorama==0.4.6; sys_platform == \"win32\"'"
others="'iniconfig==2.1.0; sys_platform != \"win32\"'"
old="'tomli==2.2.1; python_version < \"3.9\"'"
project '' "$windows, $others, $old"
in_extra=$(compile)
by_backend=$(compile --build-deps-for wheel)
by_uv=$(uv pip compile -q --no-header --no-annotate --extra test pyproject.toml | paste -sd, -)
project "$windows, $others, $old" ''
in_dependencies=$(compile)
project '' "'pywin32==311; sys_platform == \"win32\"'"
end=0
pip-compile -q --extra test --strip-extras -o lock.txt pyproject.toml >windows.log 2>&1 || end=$?
words=$(grep -o 'No matching distribution found for [^ ]*' windows.log | head -1 || true)

echo "pip-tools 7.6.2, pip 26.3, uv 0.13.9; the extra: $windows,"
echo "      $others, $old"
echo "Expected: iniconfig alone is locked (dependency specifiers: a requirement whose marker is false is passed over)."
echo "Seen: pip-compile:                              $in_extra"
echo "      the same lines in dependencies:           $in_dependencies"
echo "      with the build requirements of the wheel: $by_backend"
echo "      uv pip compile:                           $by_uv"
echo "      an extra with pywin32 for Windows only: pip-compile ends with $end: $words"
if [ "$in_extra" != "colorama==0.4.6, iniconfig==2.1.0, tomli==2.2.1" ] ||
    [ "$in_dependencies" != 'iniconfig==2.1.0 ; sys_platform != "win32"' ] || [ "$by_backend" != "$in_dependencies" ] ||
    [ "$by_uv" != "iniconfig==2.1.0" ] || [ "$end" = 0 ] || [ -z "$words" ]; then
    echo "Changed: pip-compile no longer loses the markers of an extra's requirements." >&2
    cat windows.log >&2
    exit 1
fi
