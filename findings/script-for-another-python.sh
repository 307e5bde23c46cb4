#!/usr/bin/env bash
# A script says in its own lines which Pythons it is for: `requires-python`. `uv run` and `uv sync --script` refuse it where none suits, and so does pip,
# whose `--requirements-from-script` takes the same lines. `uv pip install -r` and `uv pip compile` read the script too, but of its lines only
# the dependencies: they are installed, or locked, for a Python that the script shuts out, with no warning. pip-run, which runs scripts
# by these lines, installs and then runs the script on that Python.
# Why it matters: an environment that one command of a tool made "from the script" is one that another command of it refuses to run it in.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1 UV_PYTHON_DOWNLOADS=never
mkdir -p "$HOME" "$TMPDIR" "$work/scripts"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q --python "$work/tools" pip==26.3 pip-run==16.1.0
python -m venv --without-pip "$work/environment"

cd "$work/scripts"
script() {
    cat >"$1.py" <<END
# /// script
# requires-python = "$2"
# dependencies = ["six==1.17.0"]
# ///
import six
END
}
script suits ">=3.10"
script later ">=3.99"

# How each command ends for that script.
results() {
    local command result
    for command in "pip install -q --dry-run --ignore-installed --requirements-from-script $1" "uv run -q $1" "uv sync -q --dry-run --script $1" \
        "uv pip install -q --python $work/environment -r $1" "uv pip compile -q $1" "pip-run -q -- $1"; do
        result=takes
        $command >>"$work/log" 2>&1 || result=refuses
        echo -n "$result "
    done
}
suits=$(results suits.py)
later=$(results later.py)
installed=$("$work/environment/bin/python" -c 'import sys, six; print("six", six.__version__, "for Python %d.%d" % sys.version_info[:2])')

echo "pip 26.3, uv 0.13.9, pip-run 16.1.0"
echo "Expected: all refuse the second script, as pip does: an error should be raised if no Python meets requires-python (PyPA, inline script metadata)."
echo "Seen, pip --requirements-from-script, uv run, uv sync --script, uv pip install -r, uv pip compile, pip-run:"
echo "      requires-python >=3.10: $suits"
echo "      requires-python >=3.99: $later"
echo "      installed by uv pip install -r: $installed"
if [ "$suits" != "takes takes takes takes takes takes " ] || [ "$later" != "refuses refuses refuses takes takes takes " ] ||
    [[ "$installed" != "six 1.17.0 for Python 3."* ]]; then
    echo "Changed: these commands no longer differ in what they make of the Python that a script is for." >&2
    cat "$work/log" >&2
    exit 1
fi
