#!/usr/bin/env bash
# uv_build does not publish the markers that stand in pyproject.toml: it writes every `python_version` as `python_full_version`.
# For released Pythons this means the same. For an alpha, beta or release candidate it does not: there `python_version` is "3.16",
# but `python_full_version` is "3.16.0a2", which by PEP 440 is neither `>= 3.16` nor `< 3.16`. So of two requirements of which
# exactly one should hold on every Python, neither holds on a Python that is about to come out.
# Why it matters: who compares a project's file with the METADATA of its wheel, or tests on a coming Python, sees different sets.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null PATH="$work/venv/bin:$PATH"
python -m pip install -q --disable-pip-version-check uv-build==0.13.6 packaging==26.4

mkdir -p "$work/project/src/demo"
cd "$work/project"
touch src/demo/__init__.py
cat >pyproject.toml <<'END'
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"

[project]
name = "demo"
version = "1"
dependencies = ["six; python_version < '3.16'", "idna; python_version >= '3.16'"]
END

echo "uv_build 0.13.6, packaging 26.4"
echo "Expected: on every Python, 3.16.0a2 too, exactly one of the two requirements holds; python_version is '3.16' there"
echo "          (dependency specifiers: python_version is the first two parts of the version)."
python - <<'END'
import sys, tomllib, zipfile
import uv_build
from packaging.markers import default_environment
from packaging.requirements import Requirement

alpha = dict(default_environment(), python_version="3.16", python_full_version="3.16.0a2")
final = dict(default_environment(), python_version="3.16", python_full_version="3.16.0")

def chosen(requirements, environment):
    return [r.name for r in map(Requirement, requirements) if r.marker.evaluate(environment)]

with open("pyproject.toml", "rb") as file:
    declared = tomllib.load(file)["project"]["dependencies"]
wheel = zipfile.ZipFile(uv_build.build_wheel("."))
metadata = wheel.read("demo-1.dist-info/METADATA").decode().splitlines()
published = [line.removeprefix("Requires-Dist: ") for line in metadata if line.startswith("Requires-Dist: ")]
print("Seen: METADATA has", published)
results = [chosen(declared, alpha), chosen(published, alpha), chosen(declared, final), chosen(published, final)]
print("      on 3.16.0a2: the file asks for", results[0], "and the wheel for", results[1])
print("      on 3.16.0:   the file asks for", results[2], "and the wheel for", results[3])
if results != [["idna"], [], ["idna"], ["idna"]]:
    sys.exit("Changed: the wheel's markers no longer lose both requirements on an alpha Python.")
END
