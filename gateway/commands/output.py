"""What commands print: tables for people, JSON for programs, a bar while something takes long."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text


def print_json(value: Any) -> None:
    """Print a value for other programs, on one line of ASCII.

    A text's body may hold what some programs take for the end of a line (U+0085, U+2028) or a
    terminal for an order.
    """
    click.echo(json.dumps(value))


def one_line(words: str) -> str:
    """Give words of others as a line that no terminal takes for an order."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()
) -> None:
    """Print rows under their columns; ``numbers`` are columns that stand to the right.

    A terminal gets a table that fits it, anything else plain columns, one row a line.
    """
    if sys.stdout is None or not sys.stdout.isatty():
        widths = [max(map(len, each)) for each in zip(columns, *rows, strict=True)]
        for row in (columns, *rows):
            cells = [
                cell.rjust(width) if column in numbers else cell.ljust(width)
                for column, cell, width in zip(columns, row, widths, strict=True)
            ]
            click.echo("  ".join(cells).rstrip())
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))  # Text: brackets in a name are no markup
    Console().print(table)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Give what shows how far something is (done, of how many); None where nobody watches."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
