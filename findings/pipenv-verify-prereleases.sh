#!/usr/bin/env bash
# `allow_prereleases` of a Pipfile decides which versions are locked, but it is no part of the hash by which Pipenv knows whether the lock
# is up to date. After it is switched off, `pipenv verify` says that the lock is up to date and `pipenv install --deploy` installs
# the pre-release; `pipenv lock`, on the same Pipfile, takes the release. `uv lock --check` finds the same change.
# Why it matters: a hash that fits says less than "locking again would change nothing", for a setting made for just that choice.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PIPENV_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null NO_COLOR=1 PIPENV_VENV_IN_PROJECT=1 PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_YES=1
export TMPDIR="$work/tmp" # Pipenv leaves the files of its talk with the resolver there.
mkdir -p "$HOME" "$TMPDIR" "$work/pipenv" "$work/uv"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check pipenv==2026.10.3 uv==0.13.9
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python"

cd "$work/pipenv"
cat >Pipfile <<'END'
[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[packages]
click = "!=8.0.0,<8.0.1"

[pipenv]
allow_prereleases = true
END
# The version of click in Pipfile.lock.
in_lock() { python3 -c 'import json; print(json.load(open("Pipfile.lock"))["default"]["click"]["version"])'; }

pipenv lock >pipenv.log 2>&1 || { cat pipenv.log >&2; exit 2; }
before=$(in_lock)
sed -i.bak 's/allow_prereleases = true/allow_prereleases = false/' Pipfile
verdict=0
pipenv verify >verify.log 2>&1 || verdict=$?
pipenv install --deploy >deploy.log 2>&1 || { cat deploy.log >&2; exit 1; }
installed=$(.venv/bin/python -c 'import importlib.metadata as m; print(m.version("click"))')
pipenv lock >pipenv.log 2>&1 || { cat pipenv.log >&2; exit 2; }
after=$(in_lock)

cd "$work/uv"
cat >pyproject.toml <<'END'
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["click!=8.0.0,<8.0.1"]

[tool.uv]
prerelease = "allow"
END
uv lock -q
sed -i.bak 's/"allow"/"disallow"/' pyproject.toml
uv_verdict=0
uv lock -q --check 2>uv.log || uv_verdict=$?

echo "Pipenv 2026.10.3, uv 0.13.9; pre-releases are allowed, locked, and then not allowed any more"
echo "Expected: pipenv verify says that the lock is out of date, as locking again gives another one; uv lock --check does."
echo "Seen: click in the lock: $before; pipenv verify ends with $verdict; pipenv install --deploy installs click $installed"
echo "      click after pipenv lock: $after; uv lock --check ends with $uv_verdict"
if [ "$before" != "==8.0.0rc1" ] || [ "$verdict" != 0 ] || [ "$installed" != "8.0.0rc1" ] || [ "$after" != "==7.1.2" ] ||
    [ "$uv_verdict" = 0 ]; then
    echo "Changed: pipenv verify no longer passes over allow_prereleases." >&2
    exit 1
fi
