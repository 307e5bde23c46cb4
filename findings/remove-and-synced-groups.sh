#!/usr/bin/env bash
# A person synced a group on purpose, and later removes another requirement. `uv remove` then also uninstalls the group: it ends with a sync
# of the default groups alone. `pdm remove`, on the same [dependency-groups], leaves the group where it is.
# Why it matters: the same word of two tools keeps or takes what was asked for, and neither says so before.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" TMPDIR="$work/tmp" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 # uv leaves a lock of its own in TMPDIR.
mkdir "$HOME" "$TMPDIR"
python3 -m venv "$work/uv" && python3 -m venv "$work/pdm"
"$work/uv/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9
"$work/pdm/bin/python" -m pip install -q --disable-pip-version-check pdm==2.29.4 hishel==1.4.0 # PDM 2.29.4 does not start a lock with hishel 2.

project() {
    mkdir "$work/$1-project"
    cd "$work/$1-project"
    cat >pyproject.toml <<END
[project]
name = "orchard"
version = "1"
requires-python = ">=3.10,<4"
dependencies = ["six==1.17.0", "idna==3.10"]
[dependency-groups]
docs = ["iniconfig==2.1.0"]
$2
END
    python3 -m venv .venv
    export VIRTUAL_ENV="$PWD/.venv"
}
left() { .venv/bin/python -c 'import importlib.metadata as m; print(*sorted({d.name for d in m.distributions()} - {"pip", "setuptools"}))'; }

project uv '[tool.uv]
package = false'
"$work/uv/bin/uv" sync -q --group docs
"$work/uv/bin/uv" remove -q idna
with_uv=$(left)

project pdm '[tool.pdm]
distribution = false'
"$work/pdm/bin/pdm" lock -q -G docs >pdm.log 2>&1
"$work/pdm/bin/pdm" sync -q -G docs >pdm.log 2>&1
"$work/pdm/bin/pdm" remove -q idna >pdm.log 2>&1
with_pdm=$(left)

echo "uv 0.13.9, PDM 2.29.4"
echo "Expected: after idna is removed, six and the group that was synced (iniconfig) are installed."
echo "Seen: uv: $with_uv; PDM: $with_pdm"
if [ "$with_uv" != "six" ] || [ "$with_pdm" != "iniconfig six" ]; then
    echo "Changed: the two tools no longer differ in what they do with a group that was synced." >&2
    exit 1
fi
