"""SMSGate: does the phone answer, does it know us, and does it call us?"""

from collections.abc import Iterator

from android_sms_gateway.domain import Webhook
from android_sms_gateway.errors import APIError
from requests.exceptions import RequestException

from gateway.carriers.connection import SPOILT
from gateway.carriers.smsgate import RECEIVED, phone_of
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.service import Service

PATH = "/smsgate/sms"
WANTED = (RECEIVED, "sms:sent", "sms:delivered", "sms:failed")


def look(service: Service) -> Iterator[Finding]:
    """Ask the phone for its webhooks; nothing is changed there."""
    try:
        webhooks = phone_of(service.settings).get_webhooks()
    except RequestException as error:
        mend = "is SMSGATE_URL right, and does the local server of the application run?"
        yield fail("smsgate phone", f"it does not answer: {type(error).__name__}", mend)
    except APIError as error:
        mend = "correct SMSGATE_USER and SMSGATE_PASSWORD: the application shows them"
        if error.status_code not in (401, 403):
            mend = "correct SMSGATE_URL: does another program stand there?"
        yield fail("smsgate phone", f"it answers {error.status_code}", mend)
    except SPOILT:
        yield fail("smsgate phone", "what answers is not SMSGate", "correct SMSGATE_URL")
    else:
        yield ok("smsgate phone", "it answers, and takes the password")
        yield from _webhooks(webhooks)


def _webhooks(webhooks: list[Webhook]) -> Iterator[Finding]:
    registered = {each.event.value for each in webhooks if each.url.endswith(PATH)}
    missing = [each for each in WANTED if each not in registered]
    mend = f"register {', '.join(missing)} for https://…{PATH}, as docs/carriers.md says"
    if RECEIVED in missing:
        yield fail("smsgate webhooks", "no text is brought to us but every two minutes", mend)
    elif missing:
        yield warn("smsgate webhooks", f"nothing is told of {', '.join(missing)}", mend)
    else:
        yield ok("smsgate webhooks", f"{len(WANTED)} events come to {PATH}")
