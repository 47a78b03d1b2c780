"""What Kannel's smsbox answers over HTTP, and what it was asked."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Smsbox:
    """Kannel's ``sendsms``: keeps what it is asked, answers what the test wants."""

    def __init__(self, status: int = 202, words: str = "0: Accepted for delivery") -> None:
        self.asked: list[dict[str, str]] = []
        self.status, self.words, self.hangs_up = status, words, False
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                box.asked.append(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))
                if box.hangs_up:
                    return
                self.send_response(box.status)
                self.end_headers()
                self.wfile.write(box.words.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"

    def __enter__(self) -> "Smsbox":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
