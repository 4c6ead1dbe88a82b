#!/usr/bin/env bash
# Checks the launchers: linters, file names beyond ASCII, small limits of memory, a disk that fills up.
#
#     bash .ci/check_launcher.sh OWL DEMO_MODEL TOOLS WORK
set -euo pipefail
owl=$1
demo=$2
tools=$3
work=$4
mkdir -p "$work"

"$tools/bin/shellcheck" owl-cli/src/main/launcher/owl .ci/run .ci/*.sh
"$tools/bin/blinter" owl-cli/src/main/launcher/owl.bat --fail-on error >"$work/blinter.txt" || {
  cat "$work/blinter.txt"
  exit 1
}

cp -r "$demo" "$work/modèle"
for locale in C POSIX no_SUCH.UTF-8; do
  LC_ALL=$locale "$owl" info "$work/modèle" >"$work/info.txt"
done
env -u LC_ALL -u LC_CTYPE -u LANG "$owl" info "$work/modèle" >"$work/info.txt"

# One line and exit code 1, whatever is too small.
fails() {
  local expected=$1
  shift
  local code=0
  "$@" >"$work/out.txt" 2>"$work/err.txt" || code=$?
  if [ "$code" != 1 ] || [ "$(grep -c '^owl: ' "$work/err.txt")" != 1 ] || ! grep -q "$expected" "$work/err.txt" || grep -q '^\s*at ' "$work/err.txt"; then
    echo "$*: exit code $code, expected: $expected"
    cat "$work/out.txt" "$work/err.txt"
    exit 1
  fi
}
prune=("$owl" prune "$demo" --out "$work/full" --calibration "$demo/calibration.jsonl" --sequences 4 --length 128)
fails 'increase --memory' "${prune[@]}" --memory 9m

# A file that cannot grow is as good as a full disk; nothing may be lost.
full() (
  ulimit -f 1500
  "${prune[@]}"
)
fails 'start the same command again to continue, or add --restart' full
"${prune[@]}"
