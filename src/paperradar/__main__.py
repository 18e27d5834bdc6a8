"""``python -m paperradar``."""

from paperradar.cli import main

main()
