"""The command line: each command is a thin wrapper around functions of `paperradar.pipeline`.

Nothing heavy is imported before a command runs, so that ``paperradar --help`` is quick.
"""

from paperradar.cli.app import main

__all__ = ["main"]
