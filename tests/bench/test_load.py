"""The load: every request goes out once, and what is not answered with 200 is counted."""

import shutil
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import load as loading
from bench.load import PART, load

REQUESTS = 60
MORE_THAN_A_SECOND = 40_000  # as these servers answer them
REFUSED = 7


class Counting(ThreadingHTTPServer):
    """Counts what comes in, and refuses some of it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.came: Counter[str] = Counter()
        self.connections: set[object] = set()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Counting

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came[self.path] += 1
        self.server.connections.add(self.client_address)
        number = int(self.path.rpartition("/")[2])
        self.send_response(403 if number <= REFUSED else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_given):
        pass


@pytest.fixture
def servers():
    found = [Counting(), Counting()]
    for each in found:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    yield found
    for each in found:
        each.shutdown()
        each.server_close()


@pytest.fixture
def write(tmp_path):
    """Give what writes a file of so many requests."""

    def write_requests(count):
        path = tmp_path / "requests"
        path.write_bytes(
            PART.join(
                f"POST /{number} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".encode()
                for number in range(1, count + 1)
            )
        )
        return path

    return write_requests


def ports(servers):
    return [each.server_port for each in servers]


def test_every_request_goes_out_once_over_connections_that_are_kept(servers, write):
    loaded = load(write(REQUESTS), ports(servers), senders=4)

    came = servers[0].came + servers[1].came
    assert (set(came.values()), len(came)) == ({1}, REQUESTS)
    assert [len(each.connections) for each in servers] == [2, 2]
    assert loaded.wrong == REFUSED
    assert 0 < loaded.p50 <= loaded.p99


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(
            "wrk", marks=pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
        ),
        "bench.load",
    ],
)
def test_no_request_goes_out_twice_in_a_round(servers, write, client, monkeypatch):
    monkeypatch.setattr(loading, "client", lambda: client)

    loaded = load(write(MORE_THAN_A_SECOND), ports(servers), senders=4, seconds=1)

    came = servers[0].came + servers[1].came
    assert set(came.values()) == {1}
    assert loaded.answered <= sum(came.values()) < MORE_THAN_A_SECOND
    assert loaded.wrong <= REFUSED


@pytest.mark.parametrize("client", ["bench.load"])
def test_again_begins_from_the_first_once_more(servers, write, client, monkeypatch):
    monkeypatch.setattr(loading, "client", lambda: client)

    loaded = load(write(REQUESTS), ports(servers), senders=4, seconds=1, again=True)

    assert loaded.answered > REQUESTS
