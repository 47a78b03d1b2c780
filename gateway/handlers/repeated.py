"""A command that came before, or comes late: carriers bring old texts again, and out of order."""

from collections.abc import Callable
from datetime import datetime

from gateway.context import REFUSED, Ask, Context, Outcome
from models import messages
from notify.texts import cases as case_texts
from parser.station import Station


def ask_again(
    ctx: Context, station: Station, *, changed_since: Callable[[int], bool], changed_at: datetime | None
) -> Outcome | None:
    """Ask about a command that came before, where something has changed since it did, or that was sent
    before what it would change came to be.

    ``changed_since`` tells it for the earlier message's row, ``changed_at`` when that was; None: never.
    """
    if ctx.command is None or ctx.confirmed == "repeated":
        return None
    earlier = messages.earlier_command(ctx.db, ctx.phone, ctx.command, ctx.message_id)
    repeated = earlier is not None and changed_since(earlier)
    if not repeated and (changed_at is None or not ctx.sent_before(changed_at)):
        return None
    return asked(ctx, station, late=not repeated)


def asked(ctx: Context, station: Station | None, *, late: bool) -> Outcome:
    """Ask whether a command is meant that came before, or comes ``late``."""
    reply = case_texts.repeated(ctx.lang, command=ctx.body, late=late)
    return Outcome(REFUSED, reply, ("repeated",), station, Ask("repeated", ctx.body))
