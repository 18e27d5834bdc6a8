"""paperradar: a ranked, explained shortlist of arXiv papers for the curators of a monthly issue.

Importing the package imports nothing else, so that the command line starts quickly.
"""

__version__ = "0.1.0"
