#!/usr/bin/env bash
# A pylock.toml may list several builds of one wheel: same version, same tags, other build number. uv installs the highest build.
# pip takes whichever the file lists first, though it takes the highest when it looks at the index itself. So pip and uv install
# different files from the same lock, and pip's choice changes when the lines are sorted otherwise.
# Why it matters: a lock is meant to name the file; a checker can tell which build should be there only if it knows the installer.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
cd "$work"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9 wheel==0.48.0
pip download -q --no-deps -d wheels iniconfig==2.1.0
wheel tags --build 2 wheels/iniconfig-2.1.0-py3-none-any.whl >/dev/null
wheel tags --build 10 wheels/iniconfig-2.1.0-py3-none-any.whl >/dev/null
echo "iniconfig==2.1.0" | uv pip compile -q --no-index --find-links wheels --format pylock.toml -o pylock.toml - >/dev/null 2>&1

installed() { # The build number that the installed package records, "none" without one.
    (grep '^Build:' "$1"/iniconfig-2.1.0.dist-info/WHEEL || echo none) | sed 's/Build: //'
}
echo "pip 26.3, uv 0.13.9; the lock lists $(grep -o 'iniconfig-[^/"]*whl' pylock.toml | tr '\n' ' ')"
echo "Expected: build 10 from everybody: no build number sorts first, and a higher number breaks the tie"
echo "          (binary distribution format, build number)."
pip install -q --no-index --find-links wheels --target pip-index iniconfig==2.1.0 2>/dev/null
pip install -q --target pip-lock -r pylock.toml 2>/dev/null
uv pip install -q --target uv-lock -r pylock.toml 2>/dev/null
seen="$(installed pip-index) $(installed pip-lock) $(installed uv-lock)"
echo "Seen: pip from the folder of wheels: $(installed pip-index)"
echo "      pip from the lock: $(installed pip-lock)"
echo "      uv from the lock: $(installed uv-lock)"
if [ "$seen" != "10 none 10" ]; then
    echo "Changed: pip and uv no longer choose different builds from one pylock.toml." >&2
    exit 1
fi
