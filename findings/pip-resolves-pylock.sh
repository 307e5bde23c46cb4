#!/usr/bin/env bash
# pip reads pylock.toml, but resolves all the same: it follows the Requires-Dist of every package the lock names. A lock that leaves
# a dependency out on purpose (here by an override of uv) is complete for uv and for packaging.pylock. pip finds the dependency
# missing, fetches it from the index, and then refuses because the lock has no hash for it. With --no-deps pip takes the lock as it is.
# Why it matters: whether a valid lock can be installed depends on the METADATA of its packages, which the lock does not show.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
cd "$work"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9 packaging==26.4

echo "python-dateutil==2.9.0.post0" >requirements.in
echo "six; python_version < '3'" >overrides.txt
uv pip compile -q --override overrides.txt --format pylock.toml -o pylock.toml requirements.in >/dev/null 2>&1

echo "pip 26.3, uv 0.13.9, packaging 26.4"
echo "Expected: every installer installs what the lock lists and nothing else; no step of the specification of pylock.toml"
echo "          (PEP 751, chapter on installation) looks at the dependencies of a package."
selected=$(python - <<'END'
import tomllib
from packaging.pylock import Pylock

with open("pylock.toml", "rb") as file:
    print(*[package.name for package, _ in Pylock.from_dict(tomllib.load(file)).select()])
END
)
with_uv=$(uv pip install --dry-run -r pylock.toml 2>&1 | sed -n 's/^ + \(.*\)==.*/\1/p')
pip_result=0
pip install --dry-run --ignore-installed -r pylock.toml >pip.out 2>&1 || pip_result=$?
without_deps=$(pip install --dry-run --ignore-installed --no-deps -r pylock.toml 2>&1 | grep '^Would install')
echo "Seen: packaging selects:  $selected"
echo "      uv would install:   $with_uv"
echo "      pip ends with $pip_result: $(grep -A1 '^ERROR' pip.out | sed 's/ from http[^ ]*//' | tr -s '\n ' ' ')"
echo "      pip --no-deps:      $without_deps"
if [ "$selected" != python-dateutil ] || [ "$with_uv" != python-dateutil ] || [ "$pip_result" = 0 ] ||
    ! grep -q '^ *six>=1.5 from ' pip.out || [ "$without_deps" != "Would install python-dateutil-2.9.0.post0" ]; then
    echo "Changed: pip no longer resolves the dependencies of what a pylock.toml lists, or uv and packaging do so too." >&2
    exit 1
fi
