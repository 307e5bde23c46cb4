#!/usr/bin/env bash
# `pylock-lint --pyproject` checks that a pylock.toml is in sync with what the project declares. It goes by the names alone, whatever stands
# beside them: a lock that pins click 8.1.8 is "ok" for a project that asks for click>=8.2, and for one that asks for an extra whose packages
# the lock lacks. The other way round, a requirement whose marker holds on no Python that the project admits is called out of sync, though uv
# left it out of the lock it has just made because it can never be needed.
# Why it matters: a check in CI that is green for a stale lock and red for a fresh one; "in sync" needs versions, extras and markers.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
mkdir -p "$HOME" "$TMPDIR" "$work/project"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python"
python -m pip install -q --disable-pip-version-check uv==0.13.9 pylock-lint==0.1.1 packaging==26.4

cd "$work/project"
project() {
    cat >pyproject.toml <<END
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = [$1]
END
}
lock() { uv export -q --no-emit-project --format pylock.toml -o pylock.toml "$@" >/dev/null 2>uv.log; }
# How pylock-lint ends for the pylock.toml that is there, and whether uv would write another one.
verdicts() {
    local lint=ok uv=same
    pylock-lint --pyproject pyproject.toml pylock.toml >lint.log 2>&1 || lint="out of sync"
    cp pylock.toml before.toml
    rm -f uv.lock
    lock || { cat uv.log >&2; exit 2; }
    cmp -s before.toml pylock.toml || uv=another
    cp before.toml pylock.toml
    echo "$lint, $uv"
}
project '"click==8.1.8", "coverage==7.10.7"'
lock
unchanged=$(verdicts)
project '"click>=8.2", "coverage==7.10.7"'
newer=$(verdicts)
project '"click==8.1.8", "coverage[toml]==7.10.7"'
extra=$(verdicts)
project '"click==8.1.8", "coverage==7.10.7", "six==1.17.0; python_version < '"'3.9'"'"'
rm -f uv.lock
lock
never=$(verdicts)

echo "pylock-lint 0.1.1, uv 0.13.9"
echo "Expected: pylock-lint is content where uv would write the same lock (its help: \"check the lock is in sync with this pyproject.toml\")."
echo "Seen, pylock-lint, and the lock that uv would write:"
echo "      unchanged:              $unchanged"
echo "      click>=8.2 is wanted:   $newer"
echo "      coverage[toml] is:      $extra"
echo "      six before Python 3.9:  $never"
if [ "$unchanged" != "ok, same" ] || [ "$newer" != "ok, another" ] || [ "$extra" != "ok, another" ] || [ "$never" != "out of sync, same" ]; then
    echo "Changed: pylock-lint no longer goes by the names alone." >&2
    cat lint.log >&2
    exit 1
fi
