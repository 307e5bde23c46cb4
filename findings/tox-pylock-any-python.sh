#!/usr/bin/env bash
# tox installs from a pylock.toml that an environment names. Of what the lock says about where it may be used, tox looks at the markers
# and at requires-python of single packages, but not at the file's own `requires-python` and `environments`. So a lock for another Python
# and another system is installed and the tests pass; uv and pip refuse the very same file.
# Why it matters: a lock that no installer takes is green in tox, so "tox passes" does not say that the lock suits this Python.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!TOX_@}" "${!XDG_@}" "${!VIRTUALENV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
mkdir -p "$HOME" "$work/project"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check tox==4.67.15 uv==0.13.9 pip==26.3
export PATH="$work/tools/bin:$PATH"

cd "$work/project"
cat >tox.toml <<'END'
no_package = true
env_list = ["test"]
[env.test]
pylock = "pylock.toml"
commands = [["python", "-c", "import six; print('six is there')"]]
END
echo 'six==1.17.0' | uv pip compile -q --no-header --format pylock.toml - >locked.toml

# How tox, uv and pip end for a lock that has this line in its head.
results() {
    { echo "$1"; grep -v '^requires-python = ' locked.toml; } >pylock.toml
    rm -rf .tox .venv
    local result
    for command in "tox run -q" "uv pip sync -q --dry-run --python $work/tools pylock.toml" \
        "python -m pip install -q --dry-run --ignore-installed -r pylock.toml"; do
        result=0
        $command >>"$work/log" 2>&1 || result=$?
        if [ "$result" = 0 ]; then echo -n "installs "; else echo -n "refuses "; fi
    done
}
suits=$(results 'requires-python = ">=3.10"')
later=$(results 'requires-python = ">=3.99"')
elsewhere=$(results "environments = [\"sys_platform == 'cygwin'\"]")

echo "tox 4.67.15, uv 0.13.9, pip 26.3"
echo "Expected: if requires-python or environments does not hold, an error is raised (PyPA, pylock.toml specification, installation)."
echo "Seen, tox, uv and pip: requires-python >=3.10: $suits"
echo "                       requires-python >=3.99: $later"
echo "                       environments cygwin:    $elsewhere"
if [ "$suits" != "installs installs installs " ] || [ "$later" != "installs refuses refuses " ] ||
    [ "$elsewhere" != "installs refuses refuses " ]; then
    echo "Changed: tox no longer passes over where a lock may be used, or uv or pip does so too." >&2
    cat "$work/log" >&2
    exit 1
fi
