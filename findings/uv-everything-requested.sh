#!/usr/bin/env bash
# REQUESTED in a .dist-info says that a person asked for this distribution by name; what came as somebody's dependency has no such file
# (PyPA, "Recording installed projects"). pip writes it so. `uv pip install` writes it for every distribution that it installs, the
# dependencies too.
# Why it matters: a tool that removes what nobody asked for, or wants to tell a person what they once installed by hand, cannot go by
# this file where uv made the environment.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_CACHE_DIR="$work/cache"
python3 -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check uv==0.13.9 pip==26.3
python3 -m venv --without-pip "$work/by-pip"
python3 -m venv --without-pip "$work/by-uv"
"$work/tools/bin/python" -m pip --python "$work/by-pip/bin/python" install -q --disable-pip-version-check rich==14.1.0
"$work/tools/bin/uv" pip install -q --python "$work/by-uv/bin/python" rich==14.1.0

echo "uv 0.13.9, pip 26.3"
echo "Expected: REQUESTED in rich alone, not in what it depends on (markdown-it-py, mdurl, pygments)."
asked() {
    for record in "$1"/lib/python3*/site-packages/*.dist-info; do
        if [ -e "$record/REQUESTED" ]; then basename "$record" | sed 's/-.*//'; fi
    done | sort | tr '\n' ' '
}
echo "Seen, installed by pip: $(asked "$work/by-pip")"
echo "Seen, installed by uv:  $(asked "$work/by-uv")"
if [ "$(asked "$work/by-pip")" != "rich " ] || [ "$(asked "$work/by-uv")" != "markdown_it_py mdurl pygments rich " ]; then
    echo "Changed: uv no longer writes REQUESTED for every distribution, or pip no longer for one alone."
    exit 1
fi
