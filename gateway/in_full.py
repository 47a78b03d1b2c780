"""An answer that repeats what was asked: our questions end in "balas YA: BATAL TPS012", and many write all of
that. It was another text, refused as one, and closed the question."""

from gateway.context import Context
from models import questions
from parser.commands import Yes
from parser.errors import Parsed


def as_answer(ctx: Context, parsed: Parsed) -> Parsed:
    """Give ``YA`` for a text that says so to the newest question and repeats it, else what was read."""
    if not ctx.asked or isinstance(parsed, Yes):
        return parsed
    asked = questions.newest(ctx.db, ctx.phone, ctx.now)
    if asked is None or not asked.is_repeated_by(ctx.body, ctx.now, ctx.sent, ctx.election):
        return parsed
    return Yes(pin=getattr(parsed, "pin", None))
