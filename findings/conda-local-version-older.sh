#!/usr/bin/env bash
# A conda version may have a local part, as 2.0+cu118. Where Python's order puts it after 2.0, conda's order, here by the library of
# pixi, puts it *before* 2.0 if the local part starts with a letter and after it if it starts with a digit: a missing part counts
# as 0, and letters sort below numbers. So `>=2.0` holds for 2.0+1 but not for 2.0+cu118, the build for a graphics card, and neither
# does `==2.0`, which by PEP 440 both fulfil.
# Why it matters: an environment.yml that lists such a version, or a package of pip beside conda's, is judged the other way round.
set -euo pipefail
unset "${!PIP_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check py-rattler==0.28.0 packaging==26.4

echo "py-rattler 0.28.0, packaging 26.4"
echo "Expected: a version with a local part is newer than the same version without, and >=2.0 and ==2.0 hold for it"
echo "          (PEP 440, local version identifiers)."
python - <<'END'
import sys
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from rattler import Version as CondaVersion, VersionSpec

def facts(version):
    conda = CondaVersion(version)
    return (
        [Version(version) > Version("2.0"), *(SpecifierSet(spec).contains(version) for spec in (">=2.0", "==2.0"))],
        [conda > CondaVersion("2.0"), *(VersionSpec(spec).matches(conda) for spec in (">=2.0", "==2.0"))],
    )

seen = {version: facts(version) for version in ("2.0+1", "2.0+cu118")}
for version, (python, conda) in seen.items():
    print(f"Seen: {version}: newer than 2.0, >=2.0, ==2.0: Python {python}, conda {conda}")
if seen["2.0+1"] != ([True] * 3, [True, True, False]) or seen["2.0+cu118"] != ([True] * 3, [False] * 3):
    sys.exit("Changed: conda's order no longer puts a version with a local part of letters before the version without one.")
END
