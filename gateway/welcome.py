"""What ``pantau serve`` prints once it serves: where to look, and in the sandbox what to try."""

from contextlib import suppress

from config.settings import SANDBOX
from gateway.pages.examples import figures, someone
from gateway.service import Service


def greet(service: Service, host: str, port: int) -> None:
    """Print the lines. Where standard output takes none, as on a full disk, Pantau serves all the same."""
    with suppress(OSError, UnicodeError):
        print(welcome(service, host, port), flush=True)


def welcome(service: Service, host: str, port: int) -> str:
    """Give the lines to print."""
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    lines = [f"Pantau is at {address} (is it well? {address}/readyz)"]
    if SANDBOX in service.carriers:
        lines += [f"Phones to try it with: {address}/sandbox   What they bring about: {address}/board"]
        lines += _try_it(service, address)
    elif service.settings.operator_password:
        lines += [f"The board, for the user operator: {address}/board"]
    return "\n".join(lines)


def _try_it(service: Service, address: str) -> list[str]:
    found = someone(service)
    if found is None:
        return []
    person, station = found
    body = f"TPS{station.code} {figures(service.election, station)}"
    return [
        f"Sandbox: nothing leaves this machine. A text to try, from {person.name} of TPS{station.code}:",
        f"  curl -d From={person.phones[0]} --data-urlencode 'Body={body}' {address}/{SANDBOX}/sms",
    ]
