"""``pantau``: the group of all commands. Each family of commands is a module beside this one."""

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from config.errors import OperatorError
from config.log import configure_logging
from gateway.commands.opening import Deployment
from models.store import DISK_FULL, reason_and_mend

# Each command, in the order of the help, and its module: what a command does not need it does not load.
COMMANDS = {
    "serve": "running",
    "init": "files",
    "roster": "roster",
    "receive": "log",
    "tally": "results",
    "missing": "results",
    "practice": "results",
    "station": "results",
    "messages": "log",
    "summary": "summaries",
    "export": "papers",
    "report": "papers",
    "guide": "papers",
    "compare": "comparing",
    "audit": "audit",
    "send": "sending",
    "resend": "sending",
    "forget": "forgetting",
    "simulate": "simulate",
    "doctor": "doctor",
    "completion": "completion",
}


# What to do about a file that cannot be used.
_MEND: dict[type[OSError], str] = {
    FileNotFoundError: "check the path",
    FileExistsError: "name another, or move it away",
    IsADirectoryError: "name a file, not a folder",
    NotADirectoryError: "name a folder",
    PermissionError: "let this user, or take another place",
}
_BY_NUMBER: dict[int | None, str] = dict.fromkeys(DISK_FULL, "make room, or take another place")


class _Pantau(click.Group):
    """The group of all commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Give their names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Load a command; None where there is none of that name."""
        module = COMMANDS.get(cmd_name)
        command = module and getattr(import_module(f"gateway.commands.{module}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; where the reader of what it prints has seen enough, that is its end."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
            return result
        except BrokenPipeError:  # before click sees it, which calls it a failure
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


@click.group(cls=_Pantau, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show a traceback where something fails, and more in the log.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Election results by SMS: Pantau takes in reports, answers them and texts the totals.

    Settings come from the environment and from .env in this folder; see pantau init.

    \b
    Example:
      pantau init
      pantau roster import --stations stations.csv --people people.csv
      pantau serve
    """
    configure_logging(debug)
    context.obj = Deployment(dict(os.environ), Path.cwd())


def main() -> None:
    """Run a command: exit status 0, 1 (it failed, in one line), 2 (wrong usage)."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what cannot be written in the terminal's alphabet
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run(_debug_first(sys.argv[1:])))


def _open_streams() -> None:
    """Let there be standard streams where whoever started us has closed them (``2>&-``): what is printed
    there is lost, and no file of ours takes their place."""
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, mode))


def _debug_first(arguments: list[str]) -> list[str]:
    """Let ``--debug`` stand anywhere before ``--``: it is of every command, and a text of none."""
    ours = list(takewhile(lambda each: each != "--", arguments))
    if "--debug" not in ours:
        return arguments
    return ["--debug", *(each for each in ours if each != "--debug"), *arguments[len(ours) :]]


def _run(arguments: list[str]) -> int:
    try:
        stopped = cli(arguments, standalone_mode=False, prog_name="pantau")
    except click.MissingParameter as error:  # which lists what there is to choose from, a line each
        click.UsageError(" ".join(error.format_message().split()), error.ctx).show()
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 1
    except (OperatorError, SQLAlchemyError, OSError) as error:
        if arguments[:1] == ["--debug"]:
            raise
        print(_line(error), file=sys.stderr)
        return 1
    return stopped if isinstance(stopped, int) else 0  # a status: --help was asked for


def _line(error: OperatorError | SQLAlchemyError | OSError) -> str:
    """Say what failed; a database's own words are cut to their first line, without its address."""
    if isinstance(error, OperatorError):
        return f"pantau: {error}" if "\n" not in str(error) else str(error)
    if isinstance(error, SQLAlchemyError):
        return f"pantau: the database of PANTAU_DATABASE_URL cannot be used: {reason_and_mend(error)}"
    where = [str(error.filename)] if error.filename else []
    by_kind = (words for kind, words in _MEND.items() if isinstance(error, kind))
    to_do = next(by_kind, _BY_NUMBER.get(error.errno))
    return ": ".join(("pantau", *where, error.strerror or str(error))) + (f"; {to_do}" if to_do else "")
