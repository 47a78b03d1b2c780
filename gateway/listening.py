"""The sockets of a web process: bound by one, and shared by all who serve behind the port."""

import errno
import ipaddress
import socket

from config.errors import ConfigError
from config.settings import SANDBOX, Settings

BACKLOG = 1024  # connections that wait while a process starts or all are busy


def check_host(settings: Settings, host: str) -> None:
    """Keep the sandbox, which anyone may write to, on this machine. Raises ConfigError."""
    if SANDBOX in settings.carriers and not is_loopback(host):
        raise ConfigError(f"--host {host}: the sandbox listens on loopback only; use 127.0.0.1")


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on every address of the host, all on one port: with port 0 on any that is free.

    Raises ConfigError where it cannot be had.
    """
    sockets: list[socket.socket] = []
    try:
        for family, address in _addresses(host, port):
            bound = sockets[0].getsockname()[1] if sockets else port
            sockets.append(socket.create_server((address, bound), family=family, backlog=BACKLOG))
    except (OSError, ValueError, OverflowError) as error:
        for each in sockets:
            each.close()
        raise ConfigError(_not_bound(error, host, port)) from error
    return sockets


def is_loopback(host: str) -> bool:
    """Whether an address, or a name, is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _addresses(host: str, port: int) -> list[tuple[int, str]]:
    """Give the family and the address of each that the host has, once."""
    name = None if host == "*" else host.strip("[]")
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _not_bound(error: Exception, host: str, port: int) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return f"port {port} is taken; choose another: pantau serve --port {other}, or make run PORT={other}"
    reason = error.strerror if isinstance(error, OSError) else None
    return f"--host {host} --port {port}: cannot be listened on ({reason or error})"
