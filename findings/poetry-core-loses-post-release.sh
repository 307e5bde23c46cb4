#!/usr/bin/env bash
# python-dateutil 2.9.0 was followed by 2.9.0.post0, so a project asks for `>=2.9.0,!=2.9.0`. poetry-core joins the two into `>2.9.0` and writes
# that into METADATA. It reads like the same, but by PEP 440 `>2.9.0` does not admit a post-release of 2.9.0, so the wheel refuses just the
# version that was meant. hatchling writes what stands in pyproject.toml. poetry-core's own ranges are no better: 2.9.0.post0
# is in `>=2.9.0` and in `!=2.9.0`, but not in the two together.
# Why it matters: the file and the METADATA built from it admit different versions; whoever reads one knows nothing about the other.
set -euo pipefail
unset "${!PIP_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check pip==26.3 poetry-core==2.5.0 hatchling==1.33.0

# Builds the project with that backend, and says the requirement in its METADATA and whether pip installs it with 2.9.0.post0.
outcome() {
    mkdir -p "$work/$1/demo"
    cd "$work/$1"
    touch demo/__init__.py
    cat >pyproject.toml <<END
[build-system]
requires = []
build-backend = "$1"

[project]
name = "demo"
version = "1"
description = "Demo"
requires-python = ">=3.10"
dependencies = ["python-dateutil>=2.9.0,!=2.9.0"]
END
    python -m pip wheel -q --no-build-isolation --no-deps -w wheels . 2>wheel.log || { cat wheel.log >&2; exit 2; }
    python -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("demo-1.dist-info/METADATA").decode())' wheels/*.whl |
        sed -n 's/^Requires-Dist: //p' | tr -d '\n'
    if python -m pip install --dry-run --ignore-installed wheels/*.whl python-dateutil==2.9.0.post0 >pip.log 2>&1; then
        echo " installs"
    else
        grep -q "ResolutionImpossible" pip.log || { cat pip.log >&2; exit 2; }
        echo " conflicts"
    fi
}
with_poetry=$(outcome poetry.core.masonry.api)
with_hatchling=$(outcome hatchling.build)
ranges=$(python - <<'END'
from poetry.core.constraints.version import Version, parse_constraint

fixed = Version.parse("2.9.0.post0")
print(*[parse_constraint(text).allows(fixed) for text in (">=2.9.0", "!=2.9.0", ">=2.9.0,!=2.9.0")])
END
)
echo "poetry-core 2.5.0, hatchling 1.33.0, pip 26.3; dependencies = [\"python-dateutil>=2.9.0,!=2.9.0\"]"
echo "Expected: 2.9.0.post0 fulfils it, as it is not older than 2.9.0 and is not 2.9.0; the comma is a logical and (version specifiers)."
echo "Seen, METADATA, and pip with that wheel and python-dateutil 2.9.0.post0:"
echo "      poetry-core: $with_poetry"
echo "      hatchling:   $with_hatchling"
echo "      poetry-core, 2.9.0.post0 in >=2.9.0, in !=2.9.0, in both: $ranges"
if [ "$with_poetry" != "python-dateutil (>2.9.0) conflicts" ] || [ "$with_hatchling" != "python-dateutil!=2.9.0,>=2.9.0 installs" ] ||
    [ "$ranges" != "True True False" ]; then
    echo "Changed: poetry-core no longer makes one exclusive bound of the two." >&2
    exit 1
fi
