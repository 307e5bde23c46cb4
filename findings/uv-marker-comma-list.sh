#!/usr/bin/env bash
# `python_version in "2.6, 2.7"` is false on every Python of today, for pip, packaging, poetry-core and dep-logic (which is PDM's). uv
# understands such a list only if there are no commas in it: with a comma it drops the comparison without a word, and the requirement holds
# always. It does so for `in` and for `not in`, so of two requirements that shut each other out both are installed. uv_build writes
# METADATA without the marker, so whoever installs that wheel, with pip too, gets what was meant for other Pythons.
# Why it matters: a requirement for old Pythons comes back on every Python, and a built wheel hides that there ever was a marker.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9 uv-build==0.13.6 packaging==26.4 poetry-core==2.5.0 \
    dep-logic==0.7.2

mkdir -p "$HOME" "$work/project/src/demo"
cd "$work/project"
touch src/demo/__init__.py
cat >requirements.txt <<'END'
six==1.17.0 ; python_version in "2.6, 2.7"
idna==3.10 ; python_version not in "2.6, 2.7"
toolz==1.0.0 ; python_version in "2.6 2.7"
END
cat >pyproject.toml <<'END'
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"

[project]
name = "demo"
version = "1"
dependencies = ['six==1.17.0 ; python_version in "2.6, 2.7"', 'toolz==1.0.0 ; python_version in "2.6 2.7"']
END

libraries=$(python - <<'END'
from dep_logic.markers import parse_marker as of_dep_logic
from packaging.markers import Marker, default_environment
from poetry.core.version.markers import parse_marker as of_poetry

text, environment = 'python_version in "2.6, 2.7"', default_environment()
print(Marker(text).evaluate(environment), of_poetry(text).validate(environment), of_dep_logic(text).evaluate(environment))
END
)
with_pip=$(pip install --dry-run --ignore-installed -q --report - -r requirements.txt 2>pip.log |
    python -c 'import json, sys; print(*[item["metadata"]["name"] for item in json.load(sys.stdin)["install"]])')
with_uv=$(uv pip compile --no-header --no-annotate requirements.txt 2>uv.log | sed 's/==.*//' | sort | tr '\n' ' ')
published=$(python -W error -c '
import uv_build, zipfile
print(zipfile.ZipFile(uv_build.build_wheel(".")).read("demo-1.dist-info/METADATA").decode())' 2>build.log | sed -n 's/^Requires-Dist: //p' | tr '\n' '|')

echo "pip 26.3, uv 0.13.9, uv_build 0.13.6; six for Python in \"2.6, 2.7\", idna for Python not in it, toolz for Python in \"2.6 2.7\""
echo "Expected: idna alone: 'in' and 'not in' do what they do for texts in Python (dependency specifiers, environment markers)."
echo "Seen: the marker of six, by packaging, poetry-core and dep-logic: $libraries"
echo "      pip would install: $with_pip"
echo "      uv would install:  $with_uv"
echo "      METADATA of uv_build: $published"
if [ "$libraries" != "False False False" ] || [ "$with_pip" != "idna" ] || [ "$with_uv" != "idna six " ] || grep -qi warn uv.log build.log ||
    [[ "$published" != "six==1.17.0|toolz"* ]]; then
    echo "Changed: uv no longer drops a marker with a list that has commas." >&2
    cat pip.log uv.log build.log >&2
    exit 1
fi
