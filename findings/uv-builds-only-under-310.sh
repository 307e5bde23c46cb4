#!/usr/bin/env bash
# A pyproject.toml in TOML 1.1 (braces over several lines, with a comma at the end) is locked by uv for `requires-python = ">=3.10"`, and its
# project is built by uv under Python 3.10 alone: from 3.11 to 3.14 the build backend reads it with Python's own parser, which knows TOML 1.0 only,
# and says that it is no TOML. Under 3.10 the same backend reads it with the newest tomli, which knows 1.1. The oldest Python that a project
# supports is then the only one that it installs under.
# Why it matters: `uv lock`, and a check under the oldest Python, say that all is well; `uv sync` under every newer one fails, in words about the
# backend. pip (26.3) refuses under all of them, 3.10 too, since the tomli that it carries is an older one.
# Needs Python 3.10 and one from 3.11 to 3.14.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME VIRTUAL_ENV CONDA_PREFIX
older='' newer=''
for candidate in python3.1{0,1,2,3,4} "$HOME"/.pyenv/versions/3.1*/bin/python; do
    minor=$("$candidate" -c 'import sys, venv; print(sys.version_info[1])' 2>/dev/null) || continue
    path=$("$candidate" -c 'import sys; print(sys.executable)')
    if [ "$minor" = 10 ]; then older=${older:-$path}; elif [ "$minor" -le 14 ]; then newer=${newer:-$path}; fi
done
if [ -z "$older" ] || [ -z "$newer" ]; then
    echo "Python 3.10 and one from 3.11 to 3.14 are needed; found: ${older:-none} and ${newer:-none}." >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" NO_COLOR=1 UV_PYTHON_DOWNLOADS=never
mkdir -p "$HOME" "$work/project/orchard"
"$newer" -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9
uv="$work/tools/bin/uv"

cd "$work/project"
touch orchard/__init__.py
cat >pyproject.toml <<'END'
[build-system]
requires = ["hatchling==1.33.0", "tomli==2.5.0; python_version < '3.11'"]
build-backend = "hatchling.build"

[project]
name = "orchard"
version = "1.0"
requires-python = ">=3.10"
license = {
  text = "MIT",
}
END

"$uv" lock -q --python "$newer" || { echo "uv no longer locks a project that is stated in TOML 1.1" >&2; exit 1; }
"$uv" build -q --wheel --python "$older" -o "$work/older" || { echo "under 3.10 it is no longer built" >&2; exit 1; }
if "$uv" build --wheel --python "$newer" -o "$work/newer" >"$work/log" 2>&1; then
    echo "under $newer it is built now" >&2
    exit 1
fi
grep -q "TOMLDecodeError" "$work/log" || { cat "$work/log" >&2; exit 1; }

"$older" -m venv "$work/pip"
"$work/pip/bin/python" -m pip install -q --disable-pip-version-check pip==26.3
if "$work/pip/bin/python" -m pip wheel -q --no-deps -w "$work/wheels" . >"$work/log" 2>&1; then
    echo "pip builds it now" >&2
    exit 1
fi
grep -q "TOMLDecodeError" "$work/log" || { cat "$work/log" >&2; exit 1; }
echo "uv 0.13.9: locked; built under 3.10 only. pip 26.3: refused under 3.10 as well."
