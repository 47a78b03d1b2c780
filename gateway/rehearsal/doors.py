"""The webhook of a carrier, knocked at as the carrier does (SPEC section 6, ``simulate``).

A carrier that can be rehearsed is a line in ``DOORS``: how its form is written and signed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree

import requests
from twilio.request_validator import RequestValidator

from config.errors import OperatorError
from config.settings import SANDBOX, Settings
from gateway.health import ELECTION

SECONDS = 30  # what a carrier waits for an answer at most
TRIES = 3  # of a text that could not be stored: a carrier brings it again

Form = dict[str, str]
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Door:
    """Where texts go in: the carrier's path, and what it adds to the form and to the headers."""

    carrier: str
    complete: Callable[[Form], tuple[Form, Headers]]

    @property
    def path(self) -> str:
        """The path of the webhook."""
        return f"/{self.carrier}/sms"


def sandbox(_settings: Settings) -> Door:
    """Give the sandbox's: a form that nobody signs."""
    return Door(SANDBOX, lambda form: (form, {}))


def twilio(settings: Settings) -> Door:
    """Give Twilio's: signed with its token for the public address, wherever the request goes."""
    validator = RequestValidator(settings.twilio_auth_token or "")
    number = settings.twilio_from_number or next(iter(settings.own_numbers), "")

    def complete(form: Form) -> tuple[Form, Headers]:
        whole = {**form, "AccountSid": settings.twilio_account_sid or "", "To": number, "NumMedia": "0"}
        signature = validator.compute_signature(f"{settings.public_url}/twilio/sms", whole)
        return whole, {"X-Twilio-Signature": signature}

    return Door("twilio", complete)


DOORS: dict[str, Callable[[Settings], Door]] = {SANDBOX: sandbox, "twilio": twilio}


def door_of(settings: Settings) -> Door:
    """Give the door of the first carrier in use that has one. Raises OperatorError."""
    for name in settings.carriers:
        if name in DOORS:
            return DOORS[name](settings)
    known = " and ".join(DOORS)
    raise OperatorError(f"PANTAU_CARRIER: {', '.join(settings.carriers)} cannot be rehearsed; {known} can")


class Webhook:
    """A door of the service at an address. ``kept_back`` gives the reply to a text by its id where it
    did not leave: ``[sending] only`` holds it back, and who rehearses acts on it all the same."""

    def __init__(self, url: str, door: Door, kept_back: Callable[[str], str | None]) -> None:
        self.url, self.door = url.rstrip("/"), door
        self._kept_back = kept_back
        self._session = requests.Session()
        self._session.trust_env = False  # the service is near: no proxy has any business here
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=64)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def check(self, election: str) -> None:
        """Raise OperatorError where nobody answers there, or who does is not ready, or judges by another
        election file than that of this mark: what is made up must not reach what is real."""
        try:
            answer = self._session.get(f"{self.url}/readyz", timeout=SECONDS)
        except (requests.RequestException, ValueError):
            raise OperatorError(
                f"nothing answers at {self.url}; start pantau serve in another shell, or give --url"
            ) from None
        if answer.status_code != 200:
            raise OperatorError(
                f"{self.url} is not ready: {answer.text.strip()[:100]}; see {self.url}/readyz"
            )
        if answer.headers.get(ELECTION) != election:
            raise OperatorError(
                f"{self.url} judges by another election file than this folder's, or on another database;"
                " start pantau serve with these settings, or give --url"
            )

    def bring(self, sender: str, body: str, text_id: str) -> str | None:
        """Bring a text and give the reply, None where it is not answered. Raises OperatorError."""
        form, headers = self.door.complete({"MessageSid": text_id, "From": sender, "Body": body})
        for _ in range(TRIES):
            try:
                answer = self._session.post(
                    self.url + self.door.path, data=form, headers=headers, timeout=SECONDS
                )
            except requests.RequestException:
                continue
            if answer.status_code == 200:
                reply = ElementTree.fromstring(answer.content).findtext("Message")
                return reply if reply is not None else self._kept_back(text_id)
            if answer.status_code < 500:
                raise OperatorError(self._refused(answer.status_code))
        raise OperatorError(f"{self.url} took a text in {TRIES} times and did not store it; see its log")

    def _refused(self, status: int) -> str:
        where = f"{self.url}{self.door.path}"
        match status:
            case 403:
                return f"{where} refuses the signature: its token or PANTAU_PUBLIC_URL is not the one here"
            case 404:
                return f"{where} is not there: the service has another PANTAU_CARRIER"
            case _:
                return f"{where} answers {status}"
