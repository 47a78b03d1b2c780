"""``pantau``: the command line. Each family of commands is a module of ``gateway.commands``."""

import os
import sys
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from config.errors import OperatorError
from config.log import configure_logging
from gateway.commands import files, log, results, roster, running
from gateway.commands.opening import Deployment


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show a traceback where something fails, and more in the log.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Election results by SMS: Pantau takes in reports, answers them and texts the totals.

    Settings come from the environment and from .env in this folder; see pantau init.
    """
    configure_logging(debug)
    context.obj = Deployment(dict(os.environ), Path.cwd())


COMMANDS: tuple[click.Command, ...] = (
    running.serve,
    files.init,
    roster.roster,
    log.receive,
    results.tally,
    results.missing,
    results.practice,
    results.station,
    log.messages,
    results.summary,
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run a command: exit status 0, 1 (it failed, in one line), 2 (wrong usage)."""
    debug = "--debug" in sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are text files
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OperatorError, SQLAlchemyError, OSError) as error:
        if debug:
            raise
        print(_line(error), file=sys.stderr)
        sys.exit(1)


def _line(error: OperatorError | SQLAlchemyError | OSError) -> str:
    """Say what failed; a database's own words are cut to their first line, without its address."""
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return f"the database cannot be used ({reason}): check PANTAU_DATABASE_URL, or that it runs"
    if isinstance(error, OperatorError):
        return f"pantau: {error}" if "\n" not in str(error) else str(error)
    return f"pantau: {error.filename or ''}: {error.strerror or error}".replace(": : ", ": ")


if __name__ == "__main__":
    main()
