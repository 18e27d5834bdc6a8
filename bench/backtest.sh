#!/usr/bin/env bash
# All suites of the backtest on the shared data, one table on stdout: method and baselines side by side, each suite in
# one run. The workspace (default: bench/.workspace) is made and filled by the first run, which encodes all texts; with
# all vectors there it takes minutes, and seconds where nothing changed since (--fresh measures all the same).
#
#     bench/backtest.sh [--shared ../shared] [--workspace DIR] [--suite NAME]... [--fresh]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="${PYTHON:-$here/../.venv/bin/python}"
exec "$python" "$here/backtest.py" "$@"
