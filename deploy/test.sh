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
code=0
.venv/bin/pytest --numprocesses 2 --dist loadfile "$@" || code=$?
# Browsers and servers share two cores: what failed is tried again, by itself, and named above. Nothing else is:
# neither a secret that leaked (tests/conftest.py) nor a run that broke off.
for try in second third; do
  if [ "$code" != 1 ]; then exit "$code"; fi
  echo "── what failed, $try try"
  code=0
  .venv/bin/pytest --last-failed --last-failed-no-failures none "$@" || code=$?
  if [ "$code" = 0 ]; then echo "── all passed at the $try try: what is named above wavers"; fi
done
exit "$code"
