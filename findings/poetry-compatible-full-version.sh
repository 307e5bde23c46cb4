#!/usr/bin/env bash
# A project wants six from Python 3.10 on: `python_full_version ~= "3.10"`, which is `>= 3.10, == 3.*`. Poetry writes every
# `python_full_version` with three numbers, and for this operator the number of parts is the meaning: `~= "3.10.0"` is `>= 3.10.0, == 3.10.*`.
# So in poetry.lock, in the METADATA that poetry-core builds and in what poetry-plugin-export exports, six is for Python 3.10 alone. dep-logic,
# which is PDM's, does the same once a marker of `python_version` stands beside it. packaging and uv keep the two parts, hatchling too.
# Why it matters: on every Python but one the requirement is gone, and the lock, `poetry check` and the environment agree about it.
# Needs Python 3.11 or newer.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!POETRY_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed." >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
export POETRY_CONFIG_DIR="$work/config" POETRY_CACHE_DIR="$work/cache" POETRY_VIRTUALENVS_CREATE=false
mkdir -p "$HOME" "$work/project/demo"
python3 -m venv "$work/venv"
export VIRTUAL_ENV="$work/venv" PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q poetry==2.5.1 poetry-core==2.5.0 poetry-plugin-export==1.10.1 dep-logic==0.7.2 packaging==26.4 hatchling==1.33.0 pip==26.3

cd "$work/project"
touch demo/__init__.py
pip download -q --disable-pip-version-check --no-deps --only-binary :all: six==1.17.0
# A project with that backend and requirement.
project() {
    cat >pyproject.toml <<END
[build-system]
requires = []
build-backend = "$1"

[project]
name = "demo"
version = "1"
description = "Demo"
requires-python = ">=3.10"
dependencies = ["$2; python_full_version ~= '3.10'"]
END
}
# The requirement in the METADATA that the backend makes of it.
published() {
    project "$1" six==1.17.0
    pip wheel -q --disable-pip-version-check --no-build-isolation --no-deps -w "$1" . >wheel.log 2>&1 || { cat wheel.log >&2; exit 2; }
    python -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("demo-1.dist-info/METADATA").decode())' "$1"/*.whl |
        sed -n 's/^Requires-Dist: //p' | tr '"' "'"
}
by_poetry=$(published poetry.core.masonry.api)
by_hatchling=$(published hatchling.build)

project poetry.core.masonry.api "six @ file://$PWD/six-1.17.0-py2.py3-none-any.whl "
poetry lock -q
locked=$(sed -n 's/^markers = //p' poetry.lock)
checked=0
poetry check --lock -q || checked=$?
installs=$(poetry install --dry-run --no-root --no-ansi | grep -o 'Installing six' || true)
exported=$(poetry export --without-hashes 2>/dev/null | sed 's/.*; *//' | tr '"' "'")
with_uv=$(echo "./six-1.17.0-py2.py3-none-any.whl ; python_full_version ~= '3.10'" | uv pip compile -q --no-header --no-annotate - | wc -l | tr -d ' ')
logic=$(python - <<'END'
from dep_logic.markers import parse_marker
from packaging.markers import Marker, default_environment

marker = "python_full_version ~= '3.10'"
both = f"{marker} and python_version != '3.9'"
environment = default_environment()
print(Marker(marker).evaluate(), Marker(both).evaluate(), parse_marker(marker).evaluate(environment), parse_marker(both).evaluate(environment))
END
)

echo "$(poetry --version), poetry-core 2.5.0, hatchling 1.33.0, uv 0.13.9, dep-logic 0.7.2, packaging 26.4, $(python -V)"
echo "Expected: six is needed on every Python 3 from 3.10 on: ~= leaves open the last of the parts that are written (version specifiers,"
echo "          compatible release)."
echo "Seen: METADATA by poetry-core: $by_poetry"
echo "      METADATA by hatchling:   $by_hatchling"
echo "      poetry.lock: $locked; poetry check --lock ends with $checked; poetry install: ${installs:-nothing}; exported: $exported"
echo "      uv would install $with_uv package; the marker and the marker with python_version != '3.9', by packaging, then by dep-logic: $logic"
if [[ "$by_poetry" != *"~= '3.10.0'"* ]] || [[ "$by_hatchling" != *"~= '3.10'"* ]] || [[ "$locked" != *'~= \"3.10.0\"'* ]] || [ "$checked" != 0 ] ||
    [ -n "$installs" ] || [[ "$exported" != *"~= '3.10.0'"* ]] || [ "$with_uv" != 1 ] || [ "$logic" != "True True True False" ]; then
    echo "Changed: Poetry no longer pads the version of a compatible release, or others do so too." >&2
    exit 1
fi
