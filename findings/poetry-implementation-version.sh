#!/usr/bin/env bash
# Poetry does not order `implementation_version`: every `<`, `<=`, `>` and `>=` on it is false, even `<= "3.12.1"` on 3.12.1.
# So of two requirements for "older than 3.9" and "3.9 or newer" neither is installed; the lock file holds both, with their markers,
# and the install reports success. Work-arounds for bugs of old PyPy releases are written with this variable.
# Why it matters: "in sync" by Poetry's own markers is out of sync for pip, and a lock that looks complete installs less.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!POETRY_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
export POETRY_CONFIG_DIR="$work/config" POETRY_CACHE_DIR="$work/cache" POETRY_VIRTUALENVS_CREATE=false
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9
uv pip install -q poetry==2.5.1
mkdir "$work/project"
cd "$work/project"
pip download -q --disable-pip-version-check --no-deps --only-binary :all: six==1.16.0 toolz==1.0.0
cat >pyproject.toml <<'END'
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"

[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
six = { path = "six-1.16.0-py2.py3-none-any.whl", markers = "implementation_version < '3.9'" }
toolz = { path = "toolz-1.0.0-py3-none-any.whl", markers = "implementation_version >= '3.9'" }
END
cat >requirements.txt <<'END'
./six-1.16.0-py2.py3-none-any.whl ; implementation_version < '3.9'
./toolz-1.0.0-py3-none-any.whl ; implementation_version >= '3.9'
END

echo "$(poetry --version), pip 26.3, $(python -c 'import platform; print(platform.python_implementation(), platform.python_version())')"
echo "Expected: toolz is installed, as implementation_version is a version (dependency specifiers, table of markers)."
poetry lock -q
locked=$(grep -E '^(name|markers) = ' poetry.lock | tr '\n' ' ')
poetry install --dry-run --no-ansi >poetry.log
with_poetry=$(sed -n 's/^  - //p' poetry.log)
with_pip=$(pip install --dry-run --ignore-installed -q --report - -r requirements.txt 2>pip.log |
    python -c 'import json, sys; print(*[item["metadata"]["name"] for item in json.load(sys.stdin)["install"]])')
echo "Seen: poetry.lock has $locked"
echo "      Poetry: ${with_poetry:-nothing to install}"
echo "      pip would install: $with_pip"
if [ -n "$with_poetry" ] || [ "$with_pip" != toolz ] || ! grep -q 'name = "toolz"' poetry.lock; then
    echo "Changed: Poetry no longer leaves out both requirements, or pip no longer installs toolz." >&2
    exit 1
fi
