"""Kannel: does sendsms know us, and would our own door know Kannel?"""

from collections.abc import Iterator

from requests import Response
from requests.exceptions import RequestException

from gateway.carriers.connection import Nearby
from gateway.carriers.kannel import SERVED_AT
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.service import Service
from gateway.spool import Spool


def look(service: Service) -> Iterator[Finding]:
    """Ask sendsms for a text to nobody, and knock at our door without a text, with the secret and without."""
    settings = service.settings
    login = {"username": settings.kannel_user or "", "password": settings.kannel_password or ""}
    door = f"{settings.public_url or SERVED_AT}/kannel/sms"
    with Nearby() as session:
        try:
            yield _sendsms(session.get(settings.kannel_sendsms_url or "", params=login))
        except RequestException as error:
            mend = "is KANNEL_SENDSMS_URL right, and do bearerbox and smsbox run?"
            yield fail("kannel sendsms", f"it does not answer: {type(error).__name__}", mend)
        try:
            known = session.get(door, params={"secret": settings.kannel_secret or ""})
            yield _door(door, known.status_code, session.get(door).status_code)
        except RequestException as error:
            mend = "start pantau serve; PANTAU_PUBLIC_URL is where Kannel finds it"
            yield fail("kannel webhook", f"{door} does not answer: {type(error).__name__}", mend)
    spool = Spool.of(settings)
    waiting = len(list(spool.kept()))
    if spoilt := spool.spoilt():
        mend = "read what is left of the text in it, and take it in: pantau receive; then remove the file"
        yield fail("kannel spool", f"{len(spoilt)} cannot be read and wait for you, as {spoilt[0]}", mend)
    if waiting:
        yield warn("kannel spool", f"{waiting} wait in var/spool to be judged", "is the database there?")


def _sendsms(answer: Response) -> Finding:
    if answer.status_code == 400 and "receiver" in answer.text.lower():
        return ok("kannel sendsms", "it takes the password")
    if answer.status_code == 403:
        mend = "KANNEL_USER and KANNEL_PASSWORD are those of the sendsms-user group"
        return fail("kannel sendsms", "it refuses the password", mend)
    return fail(
        "kannel sendsms", f"what answers {answer.status_code} is not sendsms", "correct KANNEL_SENDSMS_URL"
    )


def _door(door: str, known: int, unknown: int) -> Finding:
    match known, unknown:
        case 200, 403:  # Kannel is answered 200 whatever it brings
            return ok("kannel webhook", f"{door} takes the secret")
        case 200, _:
            return fail(
                "kannel webhook", f"{door} takes what has no secret ({unknown})", "what stands there?"
            )
        case _:
            mend = "restart pantau serve with this KANNEL_SECRET; does another program stand there?"
            return fail("kannel webhook", f"{door} answers {known}", mend)
