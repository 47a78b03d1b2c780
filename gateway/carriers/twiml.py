"""A form in, TwiML out: how Twilio's webhook is answered, and the sandbox that imitates it."""

from flask import Request, Response
from twilio.twiml.messaging_response import MessagingResponse

from gateway.service import Answer

# Ids are keys of the database and numbers are shown: what is longer is neither.
LONGEST_FIELD = 100  # characters; Twilio's ids have 34


def field(request: Request, name: str) -> str | None:
    """Give a short field of the form, None where it is missing, empty or no such thing."""
    value = request.form.get(name, "").replace("\x00", "")
    return value if value.strip() and len(value) <= LONGEST_FIELD else None


def twiml(answer: Answer | None, status_url: str | None = None) -> Response:
    """Give the response that carries the reply, or an empty one; 204 to a delivery report.

    ``status_url`` is where Twilio says what became of the reply; its row goes with it, since the
    reply has no id of Twilio's yet.
    """
    if answer is None:
        return Response(status=204)
    response = MessagingResponse()
    if answer.reply is not None:
        callback = None if status_url is None else f"{status_url}?row={answer.reply_id}"
        response.message(answer.reply, status_callback=callback)
    return Response(str(response), mimetype="application/xml")
