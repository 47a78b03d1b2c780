"""Asking before something is done that cannot be taken back."""

import sys

import click

from config.errors import OperatorError

yes = click.option("--yes", is_flag=True, help="Do it without asking.")


def someone_is_there() -> bool:
    """Whether there is a terminal to ask at."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, yes: bool, undone: str) -> None:
    """Go on where the operator says yes. OperatorError, with what was left ``undone``, where not."""
    if yes:
        return
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:  # Ctrl-C, or nobody there to ask
        click.echo(err=True)
        raise OperatorError(f"not confirmed: {undone}; --yes does it without asking") from None
    if not agreed:
        raise OperatorError(f"not confirmed: {undone}")
