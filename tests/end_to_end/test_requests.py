"""Whatever comes over HTTP: the service is never at fault, and goes on answering."""

import http.client
import re
import socket
from contextlib import ExitStack, closing
from urllib.parse import quote_from_bytes
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.end_to_end.places import sample_posts
from tests.end_to_end.running import eventually

FORM = "application/x-www-form-urlencoded"
SMS = "/sandbox/sms"
EXAMPLES = 100
POSTS = list(sample_posts())[-100:]  # nobody else's
SENDER, OTHER = (post.monitor.encode() for post in POSTS[:2])
REPORT = POSTS[0].report.encode()


def ask(running, body=b"", *, content_type=FORM, method="POST", path=SMS):
    """Send what no client library would; give the status and the body of the answer."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def say(running, written):
    """Write bytes to the port and give the first line of what comes back."""
    with closing(socket.create_connection(("127.0.0.1", running.port), timeout=30)) as connection:
        connection.sendall(written)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").readline()


def form(*fields):
    """Write a form, every byte as an escape."""
    return "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in fields).encode()


def is_sound(status, body):
    """Whether an answer is a refusal of the request, or TwiML that can be read."""
    if status == 200:
        return ElementTree.fromstring(body).tag == "Response"
    return status in (400, 403, 413, 415)


def test_what_is_too_large_for_any_text_is_refused_before_it_is_read(shared):
    with closing(socket.create_connection(("127.0.0.1", shared.running.port), timeout=30)) as connection:
        connection.sendall(b"POST /sandbox/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 300000000\r\n\r\n")

        assert b" 413 " in connection.makefile("rb").readline()


def test_connections_that_others_keep_open_keep_no_text_out(shared):
    post = shared.post()
    with ExitStack() as kept:
        for _ in range(330):  # a city's monitors; browsers with the board keep some each
            kept.enter_context(socket.create_connection(("127.0.0.1", shared.running.port), timeout=30))

        assert shared.text(post.monitor, post.report).text.startswith("DITERIMA")


def test_a_short_answer_leaves_as_one_packet(shared):
    with closing(socket.create_connection(("127.0.0.1", shared.running.port), timeout=30)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")

        assert connection.recv(65536).endswith(b"\r\n\r\nok\n")


def test_a_process_says_that_it_is_well(shared):
    health, ready = shared.running.get("/healthz"), shared.running.get("/readyz")

    assert (health.status_code, ready.status_code) == (200, 200)
    assert ready.json() == {"ready": True, "not_well": []}


def test_metrics_say_how_many_and_of_nobody(shared):
    post = shared.post()
    shared.text(post.monitor, post.report)
    shared.text(f"+6284188888{post.station}", "halo")

    response = shared.running.get("/metrics")

    assert response.status_code == 200
    assert 'pantau_texts_in_total{carrier="sandbox",outcome="accepted"}' in response.text
    assert set(re.findall(r'(\w+)="', response.text)) <= {"carrier", "outcome", "status", "le", "loop"}
    assert post.monitor[3:] not in response.text
    assert f"84188888{post.station}" not in response.text


def test_the_log_names_nobody(shared):
    post = shared.post()
    shared.text(post.monitor, post.report)
    shared.text(post.coordinator, post.correction)

    written = eventually(
        shared.running.log.read_text, wanted=lambda log: f"DIKOREKSI TPS{post.station}" in log
    )

    assert f"DIKOREKSI TPS{post.station}" in written
    assert f"***{post.monitor[-3:]}" in written
    assert post.monitor[3:] not in written


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/nothing", "/twilio/sms", "/twilio/status", "/sandbox/sms/", "/..%2f..%2fetc"]
)
def test_what_does_not_exist_is_not_found(shared, method, path):
    assert ask(shared.running, method=method, path=path)[0] == 404


def test_a_webhook_takes_posts_alone(shared):
    assert {ask(shared.running, method=method)[0] for method in ("GET", "PUT", "DELETE", "PATCH")} == {405}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"", FORM, id="nothing"),
        pytest.param(b"", None, id="nothing of no kind"),
        pytest.param(form((b"From", b""), (b"Body", REPORT)), FORM, id="an empty sender"),
        pytest.param(form((b"From", b" "), (b"Body", REPORT)), FORM, id="a blank for a sender"),
        pytest.param(form((b"From", b"\x00"), (b"Body", REPORT)), FORM, id="NUL for a sender"),
        pytest.param(form((b"From", b"+62" * 30_000), (b"Body", REPORT)), FORM, id="an endless sender"),
        pytest.param(form((b"Body", REPORT)), FORM, id="no sender"),
        pytest.param(form((b"From", SENDER), (b"Body", b"\xff\xfe")), FORM, id="not UTF-8, as escapes"),
        pytest.param(b"From=" + SENDER + b"&Body=\xff\xfe", FORM, id="not UTF-8"),
        pytest.param(form((b"From", SENDER), (b"Body", b"\xed\xa0\x80")), FORM, id="half a surrogate pair"),
        pytest.param(b"x" * 5_000_000, FORM, id="five megabytes"),
        pytest.param(b"&" * 60_000, FORM, id="empty fields"),
        pytest.param(b'{"From": "' + SENDER + b'", "Body": "x"}', "application/json", id="JSON"),
        pytest.param(form((b"From", SENDER)), "text/plain", id="a form that says it is text"),
        pytest.param(form((b"From", SENDER)), None, id="a form that does not say it is one"),
        pytest.param(b"--x\r\n", "multipart/form-data; boundary=x", id="parts cut short"),
        pytest.param(b"--x\r\n", "multipart/form-data", id="parts without a boundary"),
        pytest.param(b"x", "multipart/form-data; boundary=" + "x" * 3000, id="an endless boundary"),
        pytest.param(b"x", "\xff/\xff; charset=\xff", id="a kind that is none"),
    ],
)  # fmt: skip
def test_a_request_that_is_no_text_is_refused(shared, body, content_type):
    assert ask(shared.running, body, content_type=content_type)[0] == 400


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(form((b"From", SENDER), (b"Body", b"\x00" * 500)), FORM, id="NULs"),
        pytest.param(form((b"From", SENDER), (b"Body", b"x\x01\x08\x1b\x7f")), FORM, id="controls"),
        pytest.param(form((b"From", SENDER), (b"Body", b"TPS\x0112 G:\x0c1,\x0b2")), FORM, id="controls in a report"),
        pytest.param(form((b"From", SENDER), (b"Body", b"\xef\xbf\xbf\xef\xbf\xbe")), FORM, id="no characters"),
        pytest.param(form((b"From", SENDER), (b"Body", b"9" * 30_000)), FORM, id="an endless number"),
        pytest.param(form((b"From", SENDER), (b"Body", b"TPS" * 10_000)), FORM, id="an endless text"),
        pytest.param(form((b"From", SENDER), (b"Body", b"]]><Message>&amp;")), FORM, id="markup"),
        pytest.param(form((b"From", SENDER), (b"Body", b"'; DROP TABLE messages; --")), FORM, id="SQL"),
        pytest.param(form((b"From", SENDER), (b"Body", b"a"), (b"Body", b"b")), FORM, id="two bodies"),
        pytest.param(form((b"From", SENDER), (b"From", OTHER), (b"Body", b"a")), FORM, id="two senders"),
        pytest.param(form((b"From", SENDER)), FORM, id="no body"),
        pytest.param(form((b"From", b"a" * 100), (b"Body", REPORT)), FORM, id="a long sender"),
        pytest.param(form((b"From", "𝟘𝟠𝟙𝟚３٤".encode()), (b"Body", REPORT)), FORM, id="a sender in other digits"),
        pytest.param(form((b"From", b"GoPay"), (b"Body", REPORT)), FORM, id="a sender by name"),
        pytest.param(form((b"From", SENDER), (b"MessageSid", b"\x00"), (b"Body", b"a")), FORM, id="NUL for an id"),
        pytest.param(form((b"From", SENDER), (b"MessageSid", b"x" * 9000), (b"Body", b"a")), FORM, id="an endless id"),
        pytest.param(form((b"From", SENDER), (b"To", b"\x00" * 90), (b"Body", b"a")), FORM, id="NULs for a recipient"),
        pytest.param(form((b"From", SENDER), (b"To", b"x" * 9000), (b"Body", b"a")), FORM, id="an endless recipient"),
        pytest.param(b"From=" + SENDER + b"&Body=%&x=%zz&%%%", FORM, id="escapes that are none"),
        pytest.param(b'--x\r\nContent-Disposition: form-data; name="From"\r\n\r\n' + SENDER + b"\r\n--x--\r\n", "multipart/form-data; boundary=x", id="parts"),
    ],
)  # fmt: skip
def test_a_strange_text_is_a_text(shared, body, content_type):
    status, content = ask(shared.running, body, content_type=content_type)

    assert (status, is_sound(status, content)) == (200, True)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(b"\x00\x01\x02\x03\r\n\r\n", id="no HTTP"),
        pytest.param(b"POST /sandbox/sms HTTP/9.9\r\n\r\n", id="another version"),
        pytest.param(b"POST /sandbox/sms HTTP/1.1\r\nContent-Length: -1\r\n\r\n", id="less than nothing"),
        pytest.param(b"POST /sandbox/sms HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nx", id="two lengths"),
        pytest.param(b"POST /sandbox/sms HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="a chunk of no length"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", id="an endless header"),
        pytest.param(b"GET " + b"/x" * 150_000 + b" HTTP/1.1\r\n\r\n", id="an endless address"),
        pytest.param(b"GET /\xff\xfe HTTP/1.1\r\nHost: \xff\r\n\r\n", id="bytes for an address"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: x y/z@:99999\r\n\r\n", id="a host that is none"),
    ],
)  # fmt: skip
def test_a_request_that_is_no_http_is_not_our_fault(shared, written):
    line = say(shared.running, written)

    assert not line.startswith((b"HTTP/1.0 5", b"HTTP/1.1 5"))
    assert shared.running.get("/healthz").status_code == 200


@st.composite
def spliced(draw):
    """Give a right text of a monitor or a coordinator, with something strange after the station."""
    post = draw(st.sampled_from(POSTS))
    sender, text = draw(st.sampled_from([(post.monitor, post.report), (post.coordinator, post.correction)]))
    at = draw(st.integers(text.index("G:"), len(text)))
    strange = draw(STRANGE)
    return form((b"From", sender.encode()), (b"Body", text[:at].encode() + strange + text[at:].encode()))


NAMES = st.sampled_from([b"From", b"Body", b"MessageSid", b"To"]) | st.binary(max_size=20)
SENDERS = st.sampled_from([post.monitor.encode() for post in POSTS])
STRANGE = st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
FIELDS = st.lists(st.tuples(NAMES, st.binary(max_size=200) | STRANGE | SENDERS), max_size=12)
FORMS = st.binary(max_size=2000) | FIELDS.map(lambda fields: form(*fields)) | spliced()
KINDS = st.sampled_from(
    [FORM, FORM, FORM, f"{FORM}; charset=utf-16", "multipart/form-data; boundary=b", "", None]
)


def test_no_request_is_our_fault(shared):
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(body=FORMS, content_type=KINDS)
    def check(body, content_type):
        status, content = ask(shared.running, body, content_type=content_type)

        assert is_sound(status, content), (status, content)

    check()

    assert shared.running.get("/readyz").status_code == 200
    post = shared.post()
    assert shared.text(post.monitor, f"CEK {post.station}").status == 200
