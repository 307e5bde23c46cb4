#!/usr/bin/env bash
# tox itself installs what an extra asks for, before the project. It finds the extra in a marker only where `extra == "fast"` is outside of
# parentheses. poetry-core puts it inside for a package with a marker that is in two extras: `... and (extra == "fast" or extra == "all")`;
# uv_build for a marker with "or": `(... and extra == 'fast') or (... and extra == 'fast')`. tox then takes the requirement for one of
# the project without extras, and pip, to which it hands the line, knows of no extra and leaves it out. Nothing is said, and the tests run
# without the package. hatchling writes the same "or" so that tox understands it; and where tox can read the extra in [project], it does.
# Why it matters: an environment "with the extra" lacks what the extra asks for; pip installs it for the same extra of the same wheel.
# Two extras without a marker were repaired in tox 4 (issue 2791).
# Needs Linux or macOS.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!TOX_@}" "${!POETRY_@}" "${!XDG_@}" "${!VIRTUALENV_@}"
unset PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 NO_COLOR=1
mkdir -p "$HOME" "$TMPDIR" "$work/poetry" "$work/plain/src/demo"
python3 -m venv "$work/tools"
export PATH="$work/tools/bin:$PATH" UV_PYTHON="$work/tools/bin/python"
python -m pip install -q --disable-pip-version-check uv==0.13.9
uv pip install -q tox==4.67.15 pip==26.3

# Whether tox (given the built wheel, if told so) and pip install six for the extra "fast" of the project here, and its line in METADATA.
judge() {
    rm -rf dist .tox
    uv build -q --wheel >build.log 2>&1 || { cat build.log >&2; exit 2; }
    local wheel by_tox=without by_pip=without
    wheel=$(echo dist/*.whl)
    cat >tox.ini <<END
[testenv]
extras = fast
commands = python -m pip list --format=freeze
END
    tox run -q -e py ${1:+--installpkg "$wheel"} >tox.log 2>&1 || { cat tox.log >&2; exit 2; }
    ! grep -q '^six==' tox.log || by_tox=with
    ! python -m pip install --dry-run --disable-pip-version-check "$wheel[fast]" 2>&1 | grep -q '^Would install .*six' || by_pip=with
    python -m zipfile -e "$wheel" dist
    echo "tox $by_tox six, pip $by_pip six; METADATA:"
    echo "         $(grep '^Requires-Dist: six' dist/demo-1.dist-info/METADATA)"
}
cd "$work/poetry"
touch demo.py
cat >pyproject.toml <<'END'
[build-system]
requires = ["poetry-core==2.5.0"]
build-backend = "poetry.core.masonry.api"

[tool.poetry]
name = "demo"
version = "1"
description = "A project with extras"
authors = []

[tool.poetry.dependencies]
python = ">=3.10"
six = { version = "1.17.0", optional = true, markers = "sys_platform != 'win32'" }

[tool.poetry.extras]
fast = ["six"]
all = ["six"]
END
shared=$(judge)
sed -i.bak '/^all = /d' pyproject.toml
alone=$(judge)

cd "$work/plain"
touch src/demo/__init__.py
project() {
    cat >pyproject.toml <<END
[build-system]
requires = ["$1"]
build-backend = "$2"

[project]
name = "demo"
version = "1"
requires-python = ">=3.10"

[project.optional-dependencies]
fast = ["six==1.17.0; sys_platform == 'linux' or sys_platform == 'darwin'"]
END
}
project uv-build==0.13.6 uv_build
by_uv=$(judge wheel)
project hatchling==1.33.0 hatchling.build
by_hatchling=$(judge wheel)

echo "tox 4.67.15, pip 26.3; extras = fast"
echo "Expected: tox installs six, as pip does (help of tox config, extras: \"extras to install of the target package\")."
echo "Seen, poetry-core 2.5.0, six in two extras: $shared"
echo "      poetry-core 2.5.0, six in one extra:  $alone"
echo "      the wheel of uv_build 0.13.6:    $by_uv"
echo "      the wheel of hatchling 1.33.0:   $by_hatchling"
if [[ "$shared" != "tox without six, pip with six;"* ]] || [[ "$alone" != "tox with six, pip with six;"* ]] ||
    [[ "$by_uv" != "tox without six, pip with six;"* ]] || [[ "$by_hatchling" != "tox with six, pip with six;"* ]]; then
    echo "Changed: tox no longer overlooks an extra that stands in parentheses." >&2
    exit 1
fi
