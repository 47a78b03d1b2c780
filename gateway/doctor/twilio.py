"""Twilio: does it know us, is the number ours, and does its webhook come to us?"""

from collections.abc import Iterator
from typing import Any

import requests
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException
from twilio.request_validator import RequestValidator

from config.settings import Settings
from gateway.carriers.connection import SPOILT
from gateway.carriers.twilio import client_of
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.service import Service

SECONDS = 15
CONSOLE = "see the account's page at Twilio"


def look(service: Service) -> Iterator[Finding]:
    """Ask Twilio about account and numbers, and knock at our own door from outside."""
    settings = service.settings
    client = client_of(settings)
    credentials = _credentials(client)
    yield credentials
    if credentials.state == "ok":
        yield _sender(client, settings)
    yield from _webhook(settings)


def _credentials(client: Any) -> Finding:
    """Say whether Twilio takes the token: by the very question that reconciliation asks."""
    check, name = "twilio account", "TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN"
    mend = "is this machine on the net? TWILIO_API_URL is for a proxy alone"
    try:
        client.messages.list(limit=1)
    except (RequestException, *SPOILT) as error:
        return fail(check, f"Twilio cannot be asked: {type(error).__name__}", mend)
    except TwilioException as error:
        status = _status(error)
        if status in (401, 403):
            return fail(check, f"Twilio refuses {name}", f"correct it; {CONSOLE}")
        return fail(check, f"Twilio answers {status}", f"look at {name}; {CONSOLE}")
    return ok(check, "Twilio takes the token")


def _status(error: TwilioException) -> int | None:
    """Give the status of an answer; the library hides that of a list among the error's arguments."""
    answers = [error, *error.args]
    known = (getattr(each, name, None) for each in answers for name in ("status", "status_code"))
    return next((each for each in known if isinstance(each, int)), None)


def _sender(client: Any, settings: Settings) -> Finding:
    check = "twilio number"
    try:
        if settings.twilio_messaging_service_sid:
            return _service(client, settings, settings.twilio_messaging_service_sid)
        return _number(client, settings, settings.twilio_from_number or "")
    except (RequestException, TwilioException, *SPOILT) as error:
        return warn(check, f"Twilio does not say: {type(error).__name__}", CONSOLE)


def _number(client: Any, settings: Settings, number: str) -> Finding:
    found = client.incoming_phone_numbers.list(phone_number=number, limit=1)
    if not found:
        return fail("twilio number", f"{number} is not of this account", "correct TWILIO_FROM_NUMBER")
    if not {name.lower(): value for name, value in (found[0].capabilities or {}).items()}.get("sms"):
        return fail("twilio number", f"{number} takes no SMS", "buy one that does")
    return _inbound(found[0].sms_url, settings, f"{number}: A message comes in")


def _service(client: Any, settings: Settings, sid: str) -> Finding:
    service = client.messaging.v1.services(sid)
    if not service.phone_numbers.list(limit=1):
        return fail("twilio number", f"messaging service {sid} has no number", f"add one; {CONSOLE}")
    found = service.fetch()
    if found.use_inbound_webhook_on_number:
        return warn(
            "twilio number", "each number of the service has its own webhook", f"set them all; {CONSOLE}"
        )
    return _inbound(found.inbound_request_url, settings, f"messaging service {sid}: Send a webhook")


def _inbound(configured: str | None, settings: Settings, where: str) -> Finding:
    wanted = f"{settings.public_url}/twilio/sms"
    if configured == wanted:
        return ok("twilio number", f"its texts come to {wanted}")
    found = f"its texts go to {configured or 'nobody'}"
    return fail("twilio number", found, f"at Twilio, {where}: {wanted}, HTTP POST")


def _webhook(settings: Settings) -> Iterator[Finding]:
    """Knock twice at the public address, with a form that holds no text: nothing is stored."""
    url = f"{settings.public_url}/twilio/sms"
    form = {"From": "+10000000000"}
    signature = RequestValidator(settings.twilio_auth_token or "").compute_signature(url, form)
    try:
        signed = requests.post(url, form, headers={"X-Twilio-Signature": signature}, timeout=SECONDS)
        unsigned = requests.post(url, form, timeout=SECONDS)
    except RequestException as error:
        mend = "is pantau serve running, and does the proxy, the name and the certificate lead to it?"
        yield fail("webhook", f"{url} does not answer: {type(error).__name__}", mend)
        return
    yield _answered(url, signed.status_code, unsigned.status_code)
    if url.startswith("http://"):
        yield warn("webhook", "is not encrypted: whoever is between reads the texts", "use https")


def _answered(url: str, signed: int, unsigned: int) -> Finding:
    match signed, unsigned:
        case 400, 403:  # it is Twilio's, and holds no text; it is not Twilio's
            return ok("webhook", f"{url} takes what is signed and refuses what is not")
        case 403, _:
            mend = "the service has another TWILIO_AUTH_TOKEN or PANTAU_PUBLIC_URL: restart it with these"
            return fail("webhook", f"{url} refuses the right signature", mend)
        case 400, _:
            return fail("webhook", f"{url} takes what nobody signed ({unsigned})", "what stands there?")
        case 404, _:
            return fail(
                "webhook", f"{url} is not there", "does the proxy pass every path on to pantau serve?"
            )
        case _:
            return fail("webhook", f"{url} answers {signed}", "look at the proxy, and at pantau serve's log")
