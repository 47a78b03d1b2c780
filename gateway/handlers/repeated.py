"""A command that came before: carriers bring old texts again."""

from collections.abc import Callable

from gateway.context import REFUSED, Ask, Context, Outcome
from models import messages
from notify.texts import cases as case_texts
from parser.station import Station


def ask_repeated(ctx: Context, station: Station, changed_since: Callable[[int], bool]) -> Outcome | None:
    """Ask about a command that came before, where something has changed since it did.

    ``changed_since`` tells it for the earlier message's row.
    """
    if ctx.command is None or ctx.confirmed == "repeated":
        return None
    earlier = messages.earlier_command(ctx.db, ctx.phone, ctx.command, ctx.message_id)
    if earlier is None or not changed_since(earlier):
        return None
    reply = case_texts.repeated(ctx.lang, command=ctx.body)
    return Outcome(REFUSED, reply, ("repeated",), station, Ask("repeated", ctx.body))
