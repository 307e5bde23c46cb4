#!/usr/bin/env bash
# With `use_pylock = true` Pipenv writes `environments = []` into every pylock.toml. Taken at its word that lock suits no environment:
# the key is there, and an error must be raised unless one of its markers holds. packaging.pylock and uv refuse the file everywhere;
# pip, which reads locks with an older copy of packaging, passes over an empty list and installs.
# Why it matters: "absent" and "empty" differ for a reader of locks, and uv can install no lock that Pipenv writes.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PIPENV_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
export VIRTUAL_ENV="$work/venv" PIPENV_VERBOSITY=-1 PIPENV_CACHE_DIR="$work/cache" PIPENV_NOSPIN=1 TMPDIR="$work/tmp"
mkdir "$TMPDIR"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9
uv pip install -q pipenv==2026.10.3 packaging==26.4

mkdir "$work/project"
cd "$work/project"
cat >Pipfile <<'END'
[packages]
iniconfig = "==2.1.0"

[pipenv]
use_pylock = true
END
pipenv lock >pipenv.log 2>&1

echo "$(pipenv --version), packaging 26.4, uv 0.13.9, pip 26.3"
echo "Expected: the lock that one tool writes is installed by the others (PEP 751); a lock for every environment has no 'environments'."
packaging_result=0
python - >packaging.out 2>&1 <<'END' || packaging_result=$?
import sys, tomllib
from packaging.pylock import Pylock, PylockSelectError

with open("pylock.toml", "rb") as file:
    lock = Pylock.from_dict(tomllib.load(file))
try:
    print(*[package.name for package, _ in lock.select()])
except PylockSelectError as error:
    sys.exit(f"{error}")
END
uv_result=0
uv pip install --dry-run -r pylock.toml >uv.out 2>&1 || uv_result=$?
with_pip=$(pip install --dry-run --ignore-installed -r pylock.toml 2>pip.out | grep '^Would install' || true)
echo "Seen: pylock.toml has $(grep '^environments' pylock.toml || echo 'no environments')"
echo "      packaging ends with $packaging_result: $(tail -n 1 packaging.out)"
echo "      uv ends with $uv_result: $(grep '^error' uv.out || tail -n 1 uv.out)"
echo "      pip: ${with_pip:-$(tail -n 1 pip.out)}"
if ! grep -qx 'environments = \[\]' pylock.toml || [ "$packaging_result" = 0 ] || [ "$uv_result" = 0 ] || [ -z "$with_pip" ]; then
    echo "Changed: Pipenv no longer writes an empty 'environments', or the readers now agree about it." >&2
    exit 1
fi
