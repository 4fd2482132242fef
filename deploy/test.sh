#!/bin/bash
# test.sh [PYTEST ARGUMENTS]: all tests, each process with servers of its own. DB=sqlite or postgres.
set -euo pipefail
case "${DB:=sqlite}" in
  sqlite | postgres) export DB ;;
  *)
    echo "DB must be sqlite or postgres, not $DB." >&2
    exit 2
    ;;
esac
# A file's tests stay in one process: what its first test starts, the others use.
if .venv/bin/pytest --numprocesses 2 --dist loadfile "$@"; then exit 0; fi
# Browsers and servers share two cores: what failed is tried again, by itself, and named above.
for try in second third; do
  echo "── what failed, $try try"
  if .venv/bin/pytest --last-failed --last-failed-no-failures none "$@"; then exit 0; fi
done
exit 1
