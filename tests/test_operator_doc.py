"""The operator's guide: each of its commands exists, with those options."""

import re
import shlex
from pathlib import Path

import click
import pytest

from gateway.commands.group import cli

GUIDE = (Path(__file__).parent.parent / "docs" / "operator.md").read_text(encoding="utf-8")
SHOWN = [line.strip() for line in GUIDE.splitlines() if line.startswith("    pantau ")]
NAMED = re.findall(r"`(pantau [^`]+)`", GUIDE)


def parsed(line):
    """Give the command that a line calls; click's own error where it would not run so."""
    arguments = shlex.split(line)[1:]
    command: click.Command | None = cli
    while isinstance(command, click.Group):
        with click.Context(command, info_name="pantau") as context:
            _, command, arguments = command.resolve_command(context, arguments)
    assert command is not None
    command.make_context(command.name, arguments)
    return command


@pytest.mark.parametrize("line", sorted({*SHOWN, *NAMED}))
def test_a_command_of_the_operators_guide_can_be_called_so(line):
    assert parsed(line).name


def test_the_guide_names_every_command_that_is_for_an_operator():
    called = {parsed(line).name for line in SHOWN} | {parsed(line).name for line in NAMED}

    assert {
        "doctor",
        "simulate",
        "send",
        "resend",
        "forget",
        "init",
        "audit",
        "import",
        "completion",
    } <= called


@pytest.mark.parametrize(
    "line", ["pantau send --to mayors x", "pantau tally --nonsense", "pantau nonsense", "pantau station"]
)
def test_a_command_that_cannot_be_called_so_would_be_found(line):
    with pytest.raises(click.UsageError):
        parsed(line)
