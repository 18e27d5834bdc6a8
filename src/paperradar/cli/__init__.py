"""The command line: each command is a thin wrapper around functions of `paperradar.pipeline`.

Nothing heavy is imported before a command runs, so that ``paperradar --help`` is quick.
"""

from paperradar.cli.app import app, main
from paperradar.cli.backtest import backtest
from paperradar.cli.coverage import audit, status
from paperradar.cli.desk import desk
from paperradar.cli.doctor import doctor
from paperradar.cli.edition import app as edition
from paperradar.cli.embedding import embed
from paperradar.cli.fetch import backfill, fetch, repair
from paperradar.cli.importing import import_files
from paperradar.cli.init import init
from paperradar.cli.picks import app as picks
from paperradar.cli.publish import app as publish
from paperradar.cli.publish_channels import bib, feed, send
from paperradar.cli.reparse import reparse
from paperradar.cli.resurface import resurface
from paperradar.cli.review import app as review
from paperradar.cli.run import app as run
from paperradar.cli.searching import search, similar
from paperradar.cli.shortlist import shortlist
from paperradar.cli.signals import app as signals
from paperradar.cli.taste import app as taste
from paperradar.cli.topics import app as topics

# In the order of use; help shows them so.
app.command()(init)
app.command()(fetch)
app.command()(backfill)
app.command("import")(import_files)
app.command()(embed)
app.command()(shortlist)
app.add_typer(edition)
app.command()(desk)
app.add_typer(review)
publish.command()(bib)
publish.command()(feed)
publish.command()(send)
app.add_typer(publish)
app.add_typer(run)
app.command()(status)
app.command()(audit)
app.command()(repair)
app.command()(similar)
app.command()(search)
app.add_typer(topics)
app.add_typer(picks)
app.add_typer(signals)
app.add_typer(taste)
app.command()(resurface)
app.command()(backtest)
app.command()(reparse)
app.command()(doctor)

__all__ = ["main"]
