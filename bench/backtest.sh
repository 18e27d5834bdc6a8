#!/usr/bin/env bash
# All suites of the backtest on the shared data, one table on stdout: method and baselines side by side, each suite in
# one run. The workspace (default: bench/.workspace) is made and filled by the first run, which encodes all texts; later
# runs take minutes.
#
#     bench/backtest.sh [--shared ../shared] [--workspace DIR] [--suite NAME]...
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${PYTHON:-$here/../.venv/bin/python}"
exec "$python" "$here/backtest.py" "$@"
