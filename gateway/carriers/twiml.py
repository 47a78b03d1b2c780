"""A form in, TwiML out: how Twilio's webhook is answered, and the sandbox that imitates it."""

from xml.sax.saxutils import escape, quoteattr

from werkzeug import Request, Response

from gateway.service import Answer
from models.messages import storable

# Ids are keys of the database and numbers are shown: what is longer is neither.
LONGEST_FIELD = 100  # characters; Twilio's ids have 34
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def field(request: Request, name: str) -> str | None:
    """Give a short field of the form, None where it is missing, empty or no such thing."""
    value = storable(request.form.get(name, ""))
    return value if value.strip() and len(value) <= LONGEST_FIELD else None


def twiml(answer: Answer | None, status_url: str | None = None) -> Response:
    """Give the response that carries the reply, or an empty one; 204 to a delivery report.

    ``status_url`` is where Twilio says what became of the reply; its row goes with it, since the
    reply has no id of Twilio's yet. The same bytes as twilio's ``MessagingResponse`` would give, which
    takes a ninth of a report's time for these two elements.
    """
    if answer is None:
        return Response(status=204)
    return Response(f"{XML}{_response(answer, status_url)}", mimetype="application/xml")


def _response(answer: Answer, status_url: str | None) -> str:
    if answer.reply is None:
        return "<Response />"
    reported_to = f"{status_url}?row={answer.reply_id}"
    callback = "" if status_url is None else f" statusCallback={quoteattr(reported_to)}"
    return f"<Response><Message{callback}>{escape(answer.reply)}</Message></Response>"
