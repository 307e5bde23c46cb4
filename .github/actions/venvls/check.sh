#!/usr/bin/env bash
# Installs venvls into an environment of its own and checks. Inputs are variables and never become part of a command's text.
set -euo pipefail

here=$(cd -- "$(dirname -- "$0")" && pwd)
own="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/venvls-action"
wanted="${VENVLS_VERSION:-}"
if [[ $wanted == -* ]]; then
  echo "::error::version must be a requirement, for example venvls==1.2" >&2
  exit 2
fi

if [[ ! -x $own/bin/venvls && ! -x $own/Scripts/venvls.exe ]]; then
  python=$(command -v python3 || command -v python) || {
    echo "::error::venvls needs Python 3.10 or newer: use actions/setup-python in a step before" >&2
    exit 2
  }
  echo "::group::Install venvls" >&2
  "$python" -I -m venv --clear "$own" >&2
  programs=$own/bin
  [[ -d $programs ]] || programs=$own/Scripts
  "$programs/python" -I -m pip install --quiet --disable-pip-version-check "${wanted:-$here/../../..}" >&2
  echo "::endgroup::" >&2
fi
programs=$own/bin
[[ -d $programs ]] || programs=$own/Scripts

arguments=(--format "${VENVLS_FORMAT:-github}")
[[ -z ${VENVLS_OUTPUT_FILE:-} ]] || arguments+=(--output-file "$VENVLS_OUTPUT_FILE")
while IFS= read -r line; do
  [[ -z $line ]] || arguments+=("$line")
done <<<"${VENVLS_ARGUMENTS:-}"

exec "$programs/venvls" check "${arguments[@]}" -- "${VENVLS_PATH:-.}"
