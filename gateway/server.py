"""The HTTP server of a process: waitress, and how much it lets in."""

import warnings
from collections.abc import Callable, Iterable
from socket import socket
from typing import Any

from waitress.server import create_server

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

THREADS = 16  # requests at once; those beyond wait in line
# Open at once, most of them idle: each browser with the board keeps some, and so do carriers. Beyond them
# nobody is let in. With the database's files less than the 1,024 that a process may usually open.
CONNECTIONS = 400
# Bytes that the server reads, and keeps on disk, before the application is asked, which refuses less with a
# 413; beyond them the connection is closed.
LARGEST_UPLOAD = 16 * 1024 * 1024
# Bytes of an answer from which the thread that wrote it sends it. Shorter ones the server's own thread sends,
# head and body at once: else each of the two wakes the client and both threads (docs/speed.md).
SENT_BY_THREADS = 4000


class Server:
    """Serves an application on sockets that listen."""

    def __init__(self, application: Application, sockets: list[socket]) -> None:
        self._open: dict[int, Any] = {}  # the server's connections and sockets, by descriptor
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # since 2019: send_bytes
            self._server = create_server(
                application,
                map=self._open,
                sockets=sockets,
                threads=THREADS,
                connection_limit=CONNECTIONS,
                asyncore_use_poll=True,  # select() knows the first 1,024 files only
                ident=None,
                clear_untrusted_proxy_headers=True,
                max_request_body_size=LARGEST_UPLOAD,
                send_bytes=SENT_BY_THREADS,
            )

    def run(self) -> None:
        """Serve until SystemExit: then what was begun is answered."""
        self._server.run()
        for each in list(self._open.values()):  # what its own thread had to send, which has ended its loop
            if each.writable():
                each.handle_write()
