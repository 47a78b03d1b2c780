"""``pantau completion``: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

VARIABLE = "_PANTAU_COMPLETE"  # click's name for a program called pantau


@click.command(short_help="Let the shell complete commands and options.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what SHELL is to read at its start, so that the tab key completes commands and options.

    \b
    Example:
      pantau completion bash >> ~/.bashrc
    """
    kind = get_completion_class(shell)
    assert kind is not None
    root = context.find_root()
    click.echo(kind(root.command, {}, root.info_name or "pantau", VARIABLE).source())
