"""A carrier at the other end of a connection: what was out when it broke, and how long it may take."""

import math
import socket
import ssl
import threading
import time
from contextlib import closing, contextmanager

import pytest
from requests.exceptions import RequestException

from gateway.carriers import connection
from gateway.carriers.connection import Asking, lost, to_be_out_by
from notify.carrier import SendFailed

CONNECT, ANSWER = 1.0, 0.5  # seconds, in these tests
HEAD = b"HTTP/1.1 201 Created\r\nContent-Length: 5000\r\n\r\n"


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(connection, "TIMEOUT", (CONNECT, ANSWER))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def served(*answers):
    """Listen; read what each connection brings first, give it the next answer, and close it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            accepted, _ = listening.accept()
            with accepted:
                accepted.recv(65536)
                answer(accepted)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with closing(listening):
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def says(words):
    return lambda accepted: accepted.sendall(words)


def drips(words, drop=b" ", every=0.05):
    def drip(accepted):
        accepted.sendall(words)
        try:
            while True:
                accepted.sendall(drop)
                time.sleep(every)
        except OSError:
            return

    return drip


def nobody():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def asked(url, proxies=None, data="Body=halo"):
    with Asking() as session:
        session.proxies = proxies or {}
        try:
            return session.post(url, data=data).status_code
        except RequestException as error:
            return lost(error)


def test_an_address_where_nobody_listens_was_sent_nothing():
    assert asked(f"http://{nobody()}/") == SendFailed("ConnectionError", retry=True)


def test_a_proxy_where_nobody_listens_was_sent_nothing():
    result = asked("https://carrier.invalid/", {"https": f"http://{nobody()}"})

    assert result == SendFailed("ProxyError", retry=True)


@pytest.mark.parametrize(
    ("answer", "through_proxy"),
    [
        pytest.param(says(b"HTTP/1.1 400 Bad\r\n\r\n"), False, id="it speaks no TLS"),
        pytest.param(says(b""), False, id="it closes while TLS is begun"),
        pytest.param(says(b"HTTP/1.1 403 No\r\n\r\n"), True, id="a proxy that refuses"),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\nX: "), True, id="a proxy that drips its answer"),
    ],
)
def test_a_connection_that_fails_before_the_request_was_sent_it_nothing(answer, through_proxy):
    with served(answer) as there:
        proxies = {"https": f"http://{there}"} if through_proxy else {}
        result = asked("https://carrier.invalid/" if through_proxy else f"https://{there}/", proxies)

    assert (result.retry, result.unsure) == (True, False)


def test_a_request_that_cannot_begin_in_time_is_not_sent():
    read = []

    with (
        served(lambda accepted: read.append(accepted.recv(65536, socket.MSG_PEEK))) as there,
        to_be_out_by(0),
    ):
        result = asked(f"http://{there}/")

    assert result == SendFailed("ConnectionError", retry=True)
    assert read == [b""]


def test_of_a_request_that_could_not_be_sent_in_time_the_rest_is_not():
    def parts():
        yield b"Body="
        with to_be_out_by(0):
            yield b"halo"

    read = []

    def reads(accepted):
        while part := accepted.recv(65536):
            read.append(part)

    with served(reads) as there, to_be_out_by(math.inf):
        result = asked(f"http://{there}/", data=parts())

    assert (result.retry, result.unsure) == (True, True)
    assert b"halo" not in b"".join(read)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says(b""), id="no answer"),
        pytest.param(says(b"HTTP/1.1 2"), id="half a line"),
        pytest.param(says(HEAD + b"{"), id="half an answer"),
        pytest.param(drips(b""), id="its first line drips"),
        pytest.param(drips(HEAD[:-2] + b"X: "), id="its headers drip"),
        pytest.param(drips(HEAD), id="its body drips"),
        pytest.param(lambda _: time.sleep(2 * ANSWER), id="it says nothing"),
    ],
)
def test_an_answer_that_is_not_whole_in_time_leaves_it_open_whether_it_took_the_text(answer):
    with served(answer) as there:
        began = time.monotonic()
        result = asked(f"http://{there}/")

        assert time.monotonic() - began < CONNECT + ANSWER + 1
    assert (result.retry, result.unsure) == (True, True)


def test_tls_that_fails_while_the_answer_is_read_leaves_it_open(monkeypatch):
    def broken(*_):
        raise ssl.SSLError(1, "bad record mac")

    monkeypatch.setattr(connection._WholeAnswer, "readinto", broken)
    with served(says(HEAD)) as there:
        assert asked(f"http://{there}/") == SendFailed("SSLError", retry=True, unsure=True)


def test_a_request_that_failed_when_it_was_out_says_nothing_of_the_next():
    with served(says(b"")) as there:
        first = asked(f"http://{there}/")
    second = asked(f"http://{there}/")

    assert (first.unsure, second.unsure) == (True, False)


def test_a_redirect_is_an_answer():
    with served(says(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")) as there:
        assert asked(f"http://{there}/") == 302


def test_a_connection_is_used_again_and_each_answer_has_its_own_time():
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def slowly(accepted):
        for _ in range(3):
            time.sleep(ANSWER * 0.6)
            accepted.sendall(whole)
            accepted.recv(65536)

    with served(slowly) as there, Asking() as session:
        found = [session.get(f"http://{there}/").text for _ in range(3)]

    assert found == ["{}"] * 3
