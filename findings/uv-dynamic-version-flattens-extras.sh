#!/usr/bin/env bash
# An extra may be made of the project's own extras: all = ["demo[docs]"]. uv notes in uv.lock what the project requires: that line
# as it is written, with "demo" and its extra. Once the *version* of the project is dynamic, uv has the build backend say the metadata,
# and hatchling has written the own extra out there: the lock says that "all" requires idna. Nothing of the list was changed.
# Why it matters: whoever compares a pyproject.toml with its lock must know both forms, or calls every such lock stale.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_CACHE_DIR="$work/cache"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9

project() {
    mkdir "$work/$1"
    echo '__version__ = "1.0"' > "$work/$1/demo.py"
    cat > "$work/$1/pyproject.toml" <<END
[build-system]
requires = ["hatchling==1.27.0"]
build-backend = "hatchling.build"
[project]
name = "demo"
$2
requires-python = ">=3.11"
[project.optional-dependencies]
docs = ["idna==3.10"]
all = ["demo[docs]"]
[tool.hatch.version]
path = "demo.py"
[tool.hatch.build.targets.wheel]
include = ["demo.py"]
END
    (cd "$work/$1" && "$work/tools/bin/uv" lock -q --python "$(command -v python3)")
    grep "extra == 'all'" "$work/$1/uv.lock" | tr -d ' '
}

echo "uv 0.13.9, hatchling 1.27.0"
echo "Expected: the same requirement for the extra \"all\" in both locks, since only where the version comes from differs."
stated=$(project stated 'version = "1.0"')
dynamic=$(project dynamic 'dynamic = ["version"]')
echo "Seen, version stated:  $stated"
echo "Seen, version dynamic: $dynamic"
case $stated in *'name="demo",extras=["docs"]'*) ;; *) echo "Changed: the own extra is not noted as it is written."; exit 1 ;; esac
case $dynamic in *'name="idna"'*) ;; *) echo "Changed: a dynamic version no longer writes the own extra out."; exit 1 ;; esac
