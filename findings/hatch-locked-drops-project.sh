#!/usr/bin/env bash
# Hatch's environment is `locked = true`, its installer is uv, and it has a dependency of its own. `hatch env create` installs the project
# in development mode, then runs `uv pip sync` with the lock, which takes out what the lock does not list: the project is in no lock of Hatch's.
# Why it matters: right after `hatch env create` the code of the project cannot be imported in its own environment.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!HATCH_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null HATCH_INTERACTIVE=0 NO_COLOR=1
mkdir "$HOME"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check hatch==1.18.2 uv==0.13.9
export PATH="$work/tools/bin:$PATH"

# Whether the project is installed in the environment of that setting.
installed() {
    mkdir -p "$work/$1/src/orchard"
    cd "$work/$1"
    touch src/orchard/__init__.py
    cat >pyproject.toml <<END
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "orchard"
version = "1"
requires-python = ">=3.10"
dependencies = ["six==1.17.0"]
[tool.hatch.envs.default]
path = ".venv"
installer = "uv"
locked = $1
dependencies = ["idna==3.10"]
END
    hatch env create >hatch.log 2>&1 || { cat hatch.log >&2; exit 2; }
    .venv/bin/python -c 'import importlib.metadata as m; print("project" if any(d.name == "orchard" for d in m.distributions()) else "no project")'
}

plain=$(installed false)
locked=$(installed true)

echo "Hatch 1.18.2 with uv 0.13.9"
echo "Expected: the project is installed in its environment in both cases."
echo "Seen: not locked: $plain; locked: $locked"
if [ "$plain" != "project" ] || [ "$locked" != "no project" ]; then
    echo "Changed: a locked environment no longer loses the project." >&2
    exit 1
fi
