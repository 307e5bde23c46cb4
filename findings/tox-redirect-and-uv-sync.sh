#!/usr/bin/env bash
# tox leaves, where its environment has the project in development mode, a file `.venv` in the project that points editors to one of its environments (PEP 832). uv follows that file: a plain `uv sync`
# makes no environment of the project's own, it syncs tox's, and takes out what only tox's `deps` list. tox does not notice, as its settings
# are the same as before.
# Why it matters: a test run that passed fails after a `uv sync`, with no file of the project changed in between but uv.lock.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!TOX_@}" "${!XDG_@}" "${!VIRTUALENV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null NO_COLOR=1 # uv leaves a lock of its own in TMPDIR.
mkdir -p "$HOME" "$TMPDIR" "$work/orchard/src/orchard"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check tox==4.67.13 uv==0.13.9
export PATH="$work/tools/bin:$PATH"

cd "$work/orchard"
touch src/orchard/__init__.py
cat >pyproject.toml <<'END'
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "orchard"
version = "1"
requires-python = ">=3.10"
dependencies = ["six==1.17.0"]
END
cat >tox.toml <<'END'
env_list = ["test"]
[env_run_base]
package = "editable"
deps = ["idna==3.10"]
commands = [["python", "-c", "import orchard, six, idna"]]
END

tests() {
    if tox -q run -e test >"$work/tox.log" 2>&1; then echo passed; else grep -o 'ModuleNotFoundError.*' "$work/tox.log" || { cat "$work/tox.log" >&2; exit 2; }; fi
}

first=$(tests)
redirect=$(cat .venv)
uv sync -q
kind=$([ -f .venv ] && echo "still the file" || echo "another")
second=$(tests)

echo "tox 4.67.13 and uv 0.13.9"
echo "Expected: uv sync makes an environment of the project's own, and tox's tests pass before and after it."
echo "Seen: tests $first; .venv is a file that says $redirect; after uv sync it is $kind, and the tests: $second"
if [ "$first" != "passed" ] || [ "$redirect" != ".tox/test" ] || [ "$kind" != "still the file" ] || [[ "$second" != *idna* ]]; then
    echo "Changed: uv sync no longer works on the environment that tox redirects to." >&2
    exit 1
fi
