#!/usr/bin/env bash
# `pdm sync --dry-run`, which by its help only shows what would be done, deletes `.venv` and makes a new one with another Python, where
# `requires-python` no longer admits the one that is there: the interpreter is resolved, and with it the environment made, before the option is
# looked at. What was installed by hand, and every file that somebody kept in the folder, is gone; the new one is empty.
# Why it matters: tools that ask PDM for its plan without wanting to change anything (an editor, a check in CI) take away the environment that
# somebody works in, and the plan they get is that of the empty one.
# PDM is installed with the versions that it was tested with (its extra `locked`).
# Needs two Pythons of 3.10 or newer, of different minor versions.
set -euo pipefail
unset "${!PIP_@}" "${!UV_@}" "${!PDM_@}" "${!XDG_@}" "${!VIRTUALENV_@}" PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV CONDA_PREFIX
pythons=()
for candidate in python3.1{0,1,2,3,4} "$HOME"/.pyenv/versions/3.1*/bin/python; do
    minor=$("$candidate" -c 'import sys, venv; print(sys.version_info[1])' 2>/dev/null) || continue
    [[ " ${pythons[*]%%=*} " == *" $minor "* ]] || pythons+=("$minor=$("$candidate" -c 'import sys; print(sys.executable)')")
done
if [ "${#pythons[@]}" -lt 2 ]; then
    echo "Two Pythons of different minor versions are needed; on PATH there are: ${pythons[*]:-none}." >&2
    exit 2
fi
older=${pythons[0]} newer=${pythons[1]}
if [ "${older%%=*}" -gt "${newer%%=*}" ]; then older=${pythons[1]} newer=${pythons[0]}; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" PIP_CONFIG_FILE=/dev/null NO_COLOR=1 PDM_CHECK_UPDATE=0
mkdir -p "$HOME" "$work/orchard" "$work/bin"
"${newer#*=}" -m venv "$work/tools"
"$work/tools/bin/python" -m pip install -q --disable-pip-version-check "pdm[locked]==2.29.3"
export PATH="$work/tools/bin:$PATH"

cd "$work/orchard"
cat >pyproject.toml <<'END'
[project]
name = "orchard"
version = "1"
requires-python = ">=3.10"
dependencies = ["six==1.17.0"]
END
{
    pdm venv create "${older#*=}"
    pdm use -f .venv/bin/python
    pdm lock
    pdm sync
} >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 2; }
echo "kept by hand" >.venv/notes.txt
before=$(.venv/bin/python -c 'import sys, six; print(sys.version_info[1])')

sed -i.bak "s/>=3.10/>=3.${newer%%=*}/" pyproject.toml
pdm sync --dry-run >"$work/dry" 2>&1 || true
after=$(.venv/bin/python -c 'import sys; print(sys.version_info[1])' 2>&1 || true)
notes=$([ -f .venv/notes.txt ] && echo "still there" || echo "gone")
six=$(.venv/bin/python -c 'import six; print("installed")' 2>/dev/null || echo "not installed")

echo "PDM 2.29.3"
echo "Expected: pdm sync --dry-run says that the environment's Python 3.$before is not admitted any more, and changes nothing."
echo "Seen: .venv has Python 3.$after now; a file that was in it is $notes; six is $six."
if [ "$before" = "$after" ] || [ "$notes" != "gone" ] || [ "$six" != "not installed" ]; then
    echo "Changed: pdm sync --dry-run no longer replaces the environment." >&2
    cat "$work/dry" >&2
    exit 1
fi
