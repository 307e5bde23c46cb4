#!/usr/bin/env bash
# pip, PDM and uv can leave out what was uploaded later than a date: `--uploaded-prior-to`, `--exclude-newer`. A date without a time is
# for pip and PDM the *start* of that day, for uv its *end*. idna 3.10 was uploaded on 15 September 2024, so with that date uv takes it,
# and the others take 3.9. uv's own text speaks of files uploaded prior to the given date, as pip's does.
# Why it matters: one date in the settings of two tools gives two locks, each of which is right for the tool that made it.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!XDG_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
export PIP_CONFIG_FILE=/dev/null UV_NO_CONFIG=1 UV_PYTHON="$work/venv/bin/python" PATH="$work/venv/bin:$PATH" HOME="$work" TZ=UTC
export PDM_PYTHON="$work/venv/bin/python" PDM_CHECK_UPDATE=false PDM_USE_VENV=false
python -m pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9
uv pip install -q pdm==2.29.4 hishel==1.4.0 # PDM 2.29.4 does not start a lock with hishel 2.

mkdir "$work/project"
cd "$work/project"
cat >pyproject.toml <<'END'
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["idna"]
END

# The version of idna that each of the tools chooses with that date.
with_pip() {
    pip install --dry-run --ignore-installed -q --report - --uploaded-prior-to "$1" idna 2>pip.log |
        python -c 'import json, sys; print(*[item["metadata"]["version"] for item in json.load(sys.stdin)["install"]])'
}
with_pdm() {
    rm -f pdm.lock
    pdm lock --exclude-newer "$1" >pdm.log 2>&1
    grep -A1 'name = "idna"' pdm.lock | sed -n 's/version = "\(.*\)"/\1/p'
}
with_uv() {
    echo idna | uv pip compile -q --no-header --no-annotate --exclude-newer "$1" - | sed 's/.*==//'
}

echo "pip 26.3, PDM 2.29.4, uv 0.13.9, idna 3.10 uploaded on 2024-09-15 at 18:11 UTC, the timezone is UTC"
echo "Expected: with 2024-09-15 all choose 3.9, as 3.10 was not uploaded prior to that date (help of pip and of uv); with the"
echo "          first second of the day written out they do."
seen=""
for date in 2024-09-15 2024-09-15T00:00:00Z; do
    versions="$(with_pip $date) $(with_pdm $date) $(with_uv $date)"
    echo "Seen: $date: pip, PDM, uv choose $versions"
    seen="$seen$versions;"
done
if [ "$seen" != "3.9 3.9 3.10;3.9 3.9 3.9;" ]; then
    echo "Changed: a date without a time no longer means the end of the day for uv and its start for pip and PDM." >&2
    exit 1
fi
