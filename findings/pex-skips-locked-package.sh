#!/usr/bin/env bash
# A package in a pylock.toml may say which Pythons it is for. If the Python at hand is not among them, uv and pip refuse
# the lock. pex takes it, leaves the package out without a word, and builds an application that lacks it. pex does refuse where the
# `requires-python` of the whole file does not hold.
# Why it matters: "built from the lock" does not mean that everything in the lock is there; a marker, not this key, is for what may be absent.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PEX_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1 PEX_ROOT="$work/pex-root"
mkdir -p "$HOME" "$work/project"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" pip install -q --python "$work/tools/bin/python" pex==2.105.2 pip==26.3
export PATH="$work/tools/bin:$PATH"

cd "$work/project"
printf '%s\n' six==1.17.0 idna==3.10 | uv pip compile -q --no-header --format pylock.toml - | grep -v '^requires-python' >locked.toml

# How pex, uv and pip end for pylock.toml, and what an application of pex's can import.
results() {
    local result
    rm -f app
    for command in "pex --pylock pylock.toml -o app" "uv pip sync -q --dry-run --python $work/tools pylock.toml" \
        "python -m pip install -q --dry-run --ignore-installed -r pylock.toml"; do
        result=0
        $command >>"$work/log" 2>&1 || result=$?
        if [ "$result" = 0 ]; then echo -n "takes "; else echo -n "refuses "; fi
    done
    [ ! -e app ] || ./app -c 'import importlib.util as u; print(*[n for n in ("idna", "six") if u.find_spec(n)])'
}
cp locked.toml pylock.toml
suits=$(results)
sed '/^name = "six"/,/^version/s/^version.*/&\nrequires-python = ">=3.99"/' locked.toml >pylock.toml
package=$(results)
sed 's/^created-by.*/&\nrequires-python = ">=3.99"/' locked.toml >pylock.toml
file=$(results)

echo "pex 2.105.2, uv 0.13.9, pip 26.3; a lock of idna and six"
echo "Expected: if a package's requires-python does not hold, an error is raised (PyPA, pylock.toml specification, installation)."
echo "Seen, pex, uv and pip, then what the application has:"
echo "      without requires-python:            $suits"
echo "      requires-python >=3.99 of six:      $package"
echo "      requires-python >=3.99 of the file: $file"
if [ "$suits" != "takes takes takes idna six" ] || [ "$package" != "takes refuses refuses idna" ] || [ "$file" != "refuses refuses refuses " ]; then
    echo "Changed: pex no longer passes over a locked package that is for another Python, or uv or pip does so too." >&2
    cat "$work/log" >&2
    exit 1
fi
