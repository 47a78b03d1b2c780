"""The order in which a deployment is looked at, and what each carrier has looked at besides."""

from collections.abc import Callable, Iterator

from config.settings import SANDBOX
from gateway.doctor import arrivals, election, gammu, kannel, machine, roster, smsgate, twilio
from gateway.doctor.finding import Finding, warn
from gateway.service import Service


def _sandbox(_service: Service) -> Iterator[Finding]:
    yield warn("carrier", "sandbox: nothing leaves this machine", "before the night set PANTAU_CARRIER")


# A carrier's own checks: is it there, does it know us, do its texts come to us? They may ask it and
# knock at our webhook, and store nothing.
CHECKS: dict[str, Callable[[Service], Iterator[Finding]]] = {
    SANDBOX: _sandbox,
    "twilio": twilio.look,
    "gammu": gammu.look,
    "smsgate": smsgate.look,
    "kannel": kannel.look,
}


def look(service: Service, url: str) -> Iterator[Finding]:
    """Look at everything; ``url`` is where the service should be."""
    yield from machine.look(service, url)
    yield from election.look(service)
    yield from roster.look(service)
    for name in service.carriers:
        checks = CHECKS.get(name)
        if checks is None:
            yield warn("carrier", f"{name} is not looked at", "try a text in and a text out")
        else:
            yield from checks(service)
        yield from arrivals.look(service, name)
