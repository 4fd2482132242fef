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
exec .venv/bin/pytest --numprocesses 2 --dist loadfile "$@"
