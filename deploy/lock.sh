#!/bin/bash
# lock.sh: requirements*.txt from pyproject.toml, versions and hashes only.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
compile=(var/tools/bin/uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --quiet --no-header)
"${compile[@]}" --output-file requirements.txt
"${compile[@]}" --group dev --constraint requirements.txt --output-file requirements-dev.txt
