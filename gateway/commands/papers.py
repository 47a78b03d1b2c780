"""What is handed out: export, report, guide.

What draws pages is imported by the command that needs it: it takes as long as the rest of a start.
"""

import re
from datetime import datetime
from os import PathLike
from pathlib import Path

import click

from config.election import Election
from gateway.commands.opening import Deployment, a_district, in_district, pass_deployment
from gateway.commands.output import progress_bar
from gateway.papers.csv_file import write_csv
from gateway.papers.guide import compose_guide
from gateway.papers.report import compose_report
from gateway.papers.steps import Steps
from gateway.papers.workbook import write_workbook
from gateway.papers.writing import replacing
from models import tally as totals_of

_NUMBER = re.compile(r"\+?[0-9][0-9 .\-]{1,18}[0-9]")  # a short code, or a phone's as people write it


class OneOf(click.Path):
    """A file that is written, in the kind that its name ends with."""

    def __init__(self, *endings: str) -> None:
        super().__init__(path_type=Path)
        self._endings = endings

    def convert(
        self, value: str | PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Give the path. Fails, as wrong usage, where its name ends otherwise."""
        path = Path(value)
        if path.suffix.lower() not in self._endings:
            self.fail(f"'{path}' does not end with {' or '.join(self._endings)}", param, ctx)
        return path


@click.command(short_help="All results as CSV or as a workbook.")
@click.argument("file", metavar="FILE.csv|FILE.xlsx", type=OneOf(".csv", ".xlsx"))
@pass_deployment
def export(deployment: Deployment, file: Path) -> None:
    """Write a row for each station and contest to FILE; a workbook has a sheet for each theme.

    A file of that name is replaced once the new one is complete.

    \b
    Example:
      pantau export results.csv
      pantau export results.xlsx
    """
    with deployment.service() as service, service.store.reading() as db, replacing(file) as part:
        now, election = service.clock(), service.election
        rows = totals_of.totals(db, election).stations.registered * len(election.contests)
        as_csv = file.suffix.lower() == ".csv"
        with progress_bar("exporting") as bar:
            if as_csv:
                count = write_csv(part, db, election, Steps(bar, rows))
            else:  # the history and the monitors are about as many again
                count = write_workbook(part, db, election, now, Steps(bar, 2 * rows))
    click.echo(f"{file}: {count} rows, {_as_of(election, now)}")


@click.command(short_help="The printable report.")
@click.argument("file", metavar="FILE.html|FILE.pdf", type=OneOf(".html", ".pdf"))
@pass_deployment
def report(deployment: Deployment, file: Path) -> None:
    """Write the report for the mayor, the governor's office and the ministry to FILE.

    Totals, tables by district and village, progress over time, what is missing, held or corrected,
    what deserves a second look, attendance, substitutions and incidents; in the election's language.

    \b
    Example:
      pantau report report.pdf
    """
    from gateway.papers import html, pdf

    with deployment.service() as service, service.store.reading() as db, replacing(file) as part:
        now, election = service.clock(), service.election
        paper = compose_report(db, election, now)
        writer = html if file.suffix.lower() == ".html" else pdf
        writer.write_report(part, paper)
    click.echo(f"{file}: {_as_of(election, now)}")


def _as_of(election: Election, now: datetime) -> str:
    return f"unofficial, as of {election.local(now).isoformat(timespec='seconds')}"


@click.command(short_help="A printable card for each monitor.")
@click.argument("file", metavar="FILE.html|FILE.pdf", type=OneOf(".html", ".pdf"))
@click.option("--number", help="The number to text to, as it is to stand on the cards.")
@in_district
@pass_deployment
def guide(deployment: Deployment, file: Path, number: str | None, district: str | None) -> None:
    """Write a card for each monitor to FILE, four to a sheet, and a page for each other role.

    A card has the monitor's station, an example of their own, the commands and what replies mean,
    in the language of their replies. Where the number to text to is not known, from --number or the
    settings, there is room to write it.

    \b
    Example:
      pantau guide cards.pdf --number 0812-0000-0000
      pantau guide timur.pdf --district "Timur I"
    """
    if number is not None and not _NUMBER.fullmatch(number):
        raise click.UsageError(f"--number '{number[:30]}' is no number to text to")
    from gateway.papers import guide_pdf, html

    with deployment.service() as service, service.store.reading() as db, replacing(file) as part:
        districts = a_district(db, district)
        found = compose_guide(
            db,
            service.election,
            service.clock(),
            number=number or service.settings.twilio_from_number,
            districts=districts,
        )
        cards = totals_of.totals(db, service.election, districts).stations.registered
        writer = html if file.suffix.lower() == ".html" else guide_pdf
        with progress_bar("writing cards") as bar:
            count = writer.write_guide(part, found, Steps(bar, cards))
    click.echo(f"{file}: {count} cards, and a page each for coordinators and officials")
