#!/usr/bin/env bash
# An environment of Hatch's is `locked = true`, and a dependency is changed after it was locked. `hatch env lock --check`, which by its help
# checks if the lock file is up to date, first makes the environment ready, and for a locked one this includes locking it anew. So the
# stale lock file is overwritten, the new one is compared with the project, and the check ends well. The same check of a copy of
# the stale file, named with `--export`, fails. (That it locks where no environment exists yet is known; this one exists.)
# Why it matters: the check in CI cannot fail on a stale lock in its usual place, and what was reviewed is no longer what is there.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!HATCH_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null HATCH_INTERACTIVE=0 NO_COLOR=1
mkdir -p "$HOME" "$work/orchard"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check hatch==1.18.2 uv==0.13.9
export PATH="$work/tools/bin:$PATH"

cd "$work/orchard"
cat >pyproject.toml <<'END'
[project]
name = "orchard"
version = "1"
requires-python = ">=3.10"
[tool.hatch.envs.default]
installer = "uv"
locked = true
skip-install = true
dependencies = ["idna==3.10"]
END
# The version of idna in a lock file.
in_lock() { grep -A1 '^name = "idna"' "$1" | sed -n 's/^version = "\(.*\)"/\1/p'; }

{ hatch env create && hatch env lock; } >hatch.log 2>&1 || { cat hatch.log >&2; exit 2; }
before=$(in_lock pylock.toml)
cp pylock.toml copy.toml
sed -i.bak 's/idna==3.10/idna==3.9/' pyproject.toml
verdict=0
hatch env lock --check >check.log 2>&1 || verdict=$?
after=$(in_lock pylock.toml)
copy_verdict=0
hatch env lock default --export copy.toml --check >copy.log 2>&1 || copy_verdict=$?

echo "Hatch 1.18.2 with uv 0.13.9; idna==3.10 is locked, then the project asks for idna==3.9"
echo "Expected: the check fails, and the lock file stays as it is (help of hatch env lock; \"Checking if a lockfile is up to date\""
echo "          in Hatch's documentation)."
echo "Seen: idna in pylock.toml: $before; the check ends with $verdict; idna in pylock.toml after it: $after"
echo "      the check of a copy of the first pylock.toml ends with $copy_verdict; idna in the copy: $(in_lock copy.toml)"
if [ "$before" != "3.10" ] || [ "$verdict" != 0 ] || [ "$after" != "3.9" ] || [ "$copy_verdict" = 0 ] ||
    [ "$(in_lock copy.toml)" != "3.10" ]; then
    echo "Changed: the check no longer rewrites the lock file that it is about." >&2
    cat check.log copy.log >&2
    exit 1
fi
