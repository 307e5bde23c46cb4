#!/usr/bin/env bash
# click requires colorama on Windows only. Where both are installed on another system, cyclonedx-py states in its bill of materials that
# click depends on colorama: it goes by the name in the requirement and never looks at the marker. pipdeptree, which writes
# the same format about the same environment, states no such edge, and `pip show colorama` says that nothing requires it.
# Why it matters: in two bills of one environment a package is needed or not needed; who asks "why is this here?" is told a wrong reason.
# Needs a system that is not Windows.
set -euo pipefail
unset "${!PIP_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_CONFIG_FILE=/dev/null
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check pip==26.3 cyclonedx-bom==7.5.0 pipdeptree==4.2.15
python3 -m venv --without-pip "$work/environment"
python="$work/environment/bin/python"
"$work/tools/bin/python" -m pip --python "$python" install -q click==8.1.8 colorama==0.4.6

# What click depends on by the bill of materials on standard input.
click_needs() {
    "$python" -c '
import json, sys
bill = json.load(sys.stdin)
names = {component["bom-ref"]: component["name"] for component in bill["components"]}
for entry in bill["dependencies"]:
    if names.get(entry["ref"]) == "click":
        print(*[names[each] for each in entry.get("dependsOn", [])] or ["nothing"])'
}
by_cyclonedx=$("$work/tools/bin/cyclonedx-py" environment --output-format JSON "$python" 2>"$work/log" | click_needs)
by_pipdeptree=$("$work/tools/bin/pipdeptree" --python "$python" --output cyclonedx-json 2>"$work/log" | click_needs)
by_pip=$("$work/tools/bin/python" -m pip --python "$python" show colorama | sed -n 's/^Required-by: *//p')

declared=$("$python" -c 'import importlib.metadata as m; print(*m.requires("click"), sep=", ")')
echo "cyclonedx-bom 7.5.0, pipdeptree 4.2.15, pip 26.3; click 8.1.8 requires: $declared"
echo "Expected: click depends on nothing here: a requirement whose marker is false is to be passed over (dependency specifiers)."
echo "Seen: click depends, by cyclonedx-py, on $by_cyclonedx; by pipdeptree, on $by_pipdeptree"
echo "      pip show: colorama is required by ${by_pip:-nothing}"
if [ "$by_cyclonedx" != "colorama" ] || [ "$by_pipdeptree" != "nothing" ] || [ -n "$by_pip" ]; then
    echo "Changed: cyclonedx-py no longer states an edge for a requirement whose marker is false, or others do so too." >&2
    exit 1
fi
