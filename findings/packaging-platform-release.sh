#!/usr/bin/env bash
# A Linux kernel's release such as "6.8.0-45-generic" is no version. For such a value packaging answers "no" to both
# `platform_release == "7"` and `platform_release != "7"`: it hands the comparison to a version specifier because the constant "7"
# would be a version, and a specifier contains nothing that is no version. A constant that is no version either is compared as text.
# Why it matters: a marker and its negation may both be false, so no tool may turn `not (a == b)` into `a != b` and keep the answer;
# and pip never installs a requirement with `platform_release != "7"` on most Linux machines, whatever their kernel.
set -euo pipefail
unset "${!PIP_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check packaging==26.4

echo "packaging 26.4"
echo "Expected: if one side is no version, == means equal text (dependency specifiers, environment markers), so exactly one of"
echo "          == and != holds, as for every other variable."
python - <<'END'
import sys
from packaging.markers import Marker, default_environment

def answers(release, constant):
    environment = dict(default_environment(), platform_release=release)
    return [Marker(f'platform_release {operator} "{constant}"').evaluate(environment) for operator in ("==", "!=")]

seen = {}
for release, constant in [("14.5.0", "7"), ("6.8.0-45-generic", "7"), ("6.8.0-45-generic", "7-generic")]:
    seen[release, constant] = answers(release, constant)
    print("Seen: release %r and constant %r: == is %s, != is %s" % (release, constant, *seen[release, constant]))
if list(seen.values()) != [[False, True], [False, False], [False, True]]:
    sys.exit("Changed: == and != on platform_release no longer are both false for a release that is no version.")
END
