#!/usr/bin/env bash
# A project asks for coverage on Windows only, and for pytest-cov everywhere. pytest-cov requires `coverage[toml]`, so coverage is needed
# everywhere. Poetry locks it with the marker `sys_platform == "win32"` all the same: where a package is wanted plainly, and with an extra by
# another package, the marker of the plain requirement alone ends up in poetry.lock. `poetry check --lock` is content, and
# `poetry install` installs pytest-cov without coverage. uv needs coverage, and so does `pip check`.
# Why it matters: the lock, its check and the install agree with each other, and what they agree on cannot be imported.
# Needs a system that is not Windows. Poetry reads a folder of wheels as its index, served for this run to this machine alone.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!POETRY_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
export POETRY_CONFIG_DIR="$work/config" POETRY_CACHE_DIR="$work/cache" POETRY_VIRTUALENVS_IN_PROJECT=true
mkdir -p "$HOME" "$work/wheels" "$work/project"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9
"$work/tools/bin/uv" pip install -q --python "$work/tools/bin/python" poetry==2.5.1 pip==26.3
export PATH="$work/tools/bin:$PATH"
python -m pip download -q --no-deps --only-binary :all: --implementation py --abi none --platform any -d "$work/wheels" pytest-cov==6.2.1 \
    coverage==7.10.7 pytest==8.4.1 pluggy==1.6.0 iniconfig==2.1.0 packaging==25.0 pygments==2.19.1 colorama==0.4.6 tomli==2.2.1 \
    exceptiongroup==1.3.0 typing-extensions==4.14.1
for wheel in "$work"/wheels/*.whl; do
    name=$(basename "$wheel" | sed 's/-.*//' | tr _ -)
    mkdir -p "$work/index/$name"
    mv "$wheel" "$work/index/$name"
done
python -u -m http.server 0 --bind 127.0.0.1 --directory "$work/index" >"$work/server.log" 2>&1 &
server=$!
until port=$(grep -o 'port [0-9]*' "$work/server.log"); do
    kill -0 "$server" || exit 2
    sleep 0.1
done

cd "$work/project"
cat >pyproject.toml <<END
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["coverage; sys_platform == 'win32'", "pytest-cov"]

[tool.poetry]
package-mode = false

[[tool.poetry.source]]
name = "wheels"
url = "http://127.0.0.1:${port#port }/"
priority = "primary"
END
poetry lock >lock.log 2>&1 || { cat lock.log >&2; exit 2; }
locked=$(grep -A6 '^name = "coverage"' poetry.lock | grep '^markers' || echo "no marker")
check=0
poetry check --lock -q >check.log 2>&1 || check=$?
poetry install -q >install.log 2>&1 || { cat install.log >&2; exit 2; }
broken=$(python -m pip --python .venv/bin/python check 2>&1 || true)
with_uv=$(printf '%s\n' "coverage; sys_platform == 'win32'" pytest-cov | uv pip compile -q --no-header --no-annotate --universal --no-index \
    $(printf -- '--find-links %s ' "$work"/index/*) - | grep '^coverage')

echo "$(poetry --version), uv 0.13.9, pip 26.3"
echo "Expected: coverage is locked for every system, as pytest-cov 6.2.1 requires it without a condition (dependency specifiers, extras: they"
echo "          add requirements to those of the package itself)."
echo "Seen: poetry.lock has for coverage: $locked; poetry check --lock ends with $check"
echo "      pip check after poetry install: $broken"
echo "      uv, for every system: $with_uv"
if [ "$locked" != 'markers = "sys_platform == \"win32\""' ] || [ "$check" != 0 ] || [[ "$broken" != *"pytest-cov 6.2.1 requires coverage"* ]] ||
    [ "$with_uv" != "coverage==7.10.7" ]; then
    echo "Changed: Poetry no longer takes the plain requirement's marker for a package that is also wanted with an extra." >&2
    exit 1
fi
