"""Twilio's webhooks with real signatures: who is heard, and what becomes of what we sent."""

from xml.etree import ElementTree

import pytest

from tests.end_to_end.running import eventually
from tests.end_to_end.services import PUBLIC_URL
from tests.twilio_server import signature

SMS = "/twilio/sms"


def status_url_of(reply):
    [message] = ElementTree.fromstring(reply.content)
    return message.get("statusCallback")


def signed_with(url=PUBLIC_URL + SMS, token=None, **changed):
    """Give what signs a form, but not as Twilio would."""

    def sign(service, form):
        return {"X-Twilio-Signature": signature(token or service.twilio.auth_token, url, form | changed)}

    return sign


def test_a_signed_report_is_answered_and_counts_once(shared_twilio):
    post = shared_twilio.post()
    sid = f"SM-report-{post.station}"

    first = shared_twilio.text(post.monitor, post.report, sid)
    again = shared_twilio.text(post.monitor, post.report, sid)

    assert first.text.startswith(f"DITERIMA TPS{post.station}. G 120,98,77 sah 295. W 140,155 sah 295. Resi ")
    assert again == first
    assert status_url_of(first).startswith(f"{PUBLIC_URL}/twilio/status?row=")
    station = shared_twilio.deployment.asked("station", post.station)
    assert [(each["contest"], each["votes"]) for each in station["history"]] == [
        ("G", [120, 98, 77]),
        ("W", [140, 155]),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(lambda *_: {}, id="none"),
        pytest.param(lambda *_: {"X-Twilio-Signature": ""}, id="an empty one"),
        pytest.param(lambda *_: {"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"}, id="a wrong one"),
        pytest.param(lambda *_: {"X-Twilio-Signature": "\xff" * 3000}, id="one that is none"),
        pytest.param(signed_with(token="another token"), id="of another account"),
        pytest.param(signed_with(Body="TPS001 G:1,1,1 SAH:3"), id="of another text"),
        pytest.param(signed_with(url="http://127.0.0.1/twilio/sms"), id="of the address behind the proxy"),
        pytest.param(signed_with(url=PUBLIC_URL + "/twilio/status"), id="of the other webhook"),
    ],
)
def test_a_text_with_another_signature_is_refused_and_not_stored(shared_twilio, headers):
    post = shared_twilio.post()
    form = shared_twilio.form(post.monitor, post.report, f"SM-forged-{post.station}")

    response = shared_twilio.running.post(SMS, form, headers(shared_twilio, form))

    assert response.status_code == 403
    # Had it been stored, another text with its id would be answered as it was.
    later = shared_twilio.text(post.monitor, post.other_report, f"SM-forged-{post.station}")
    assert later.text.startswith(f"DITERIMA TPS{post.station}. G 120,90,77 ")


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_signed_form_that_is_no_text_is_refused(shared_twilio, missing):
    post = shared_twilio.post()
    form = shared_twilio.form(post.monitor, post.report, "SM-incomplete")
    del form[missing]

    assert shared_twilio.call(SMS, form).status_code == 400


def test_an_empty_text_is_answered_like_any_other(shared_twilio):
    post = shared_twilio.post()

    reply = shared_twilio.text(post.monitor, "", f"SM-empty-{post.station}")

    assert reply.status == 200
    assert reply.text


def test_a_query_is_part_of_what_is_signed(shared_twilio):
    post = shared_twilio.post()
    form = shared_twilio.form(post.monitor, post.report, f"SM-query-{post.station}")

    response = shared_twilio.call(SMS + "?from=caf%C3%A9&a=%2B", form)

    assert response.status_code == 200
    assert f"DITERIMA TPS{post.station}." in response.text


def test_a_status_never_goes_backwards_and_finds_a_reply_by_its_row(shared_twilio):
    post = shared_twilio.post()
    shared_twilio.text(post.monitor, post.report, f"SM-a-{post.station}")
    reply = shared_twilio.text(post.coordinator, post.correction, f"SM-b-{post.station}")
    [notice] = eventually(lambda: [each for each in shared_twilio.twilio.sent if each.to == post.monitor])
    texts = {notice.sid: notice.status_callback, f"SM-c-{post.station}": status_url_of(reply)}

    answers = [
        shared_twilio.report_status(sid, status, url.removeprefix(PUBLIC_URL))
        for sid, url in texts.items()
        for status in ("delivered", "sent", "queued", "undelivered", "delivered")
    ]

    assert all(url.startswith(f"{PUBLIC_URL}/twilio/status") for url in texts.values())
    assert set(answers) == {204}
    log = {each["carrier_id"]: each for each in shared_twilio.deployment.messages("--station", post.station)}
    assert (log[notice.sid]["status"], log[notice.sid]["body"]) == ("delivered", notice.body)
    told = log[f"SM-c-{post.station}"]
    assert (told["status"], told["body"]) == ("delivered", reply.text)


def test_a_status_of_a_text_that_nobody_knows_is_taken(shared_twilio):
    assert shared_twilio.report_status("SM-of-nobody", "delivered") == 204
    assert shared_twilio.report_status("SM-of-nobody", "sent", "/twilio/status?row=999999") == 204
    assert shared_twilio.report_status("SM-of-nobody", "new to us", "/twilio/status?row=x") == 204


def test_a_status_with_a_wrong_signature_is_refused(shared_twilio):
    form = {"MessageSid": "SM-forged", "MessageStatus": "delivered"}

    response = shared_twilio.running.post("/twilio/status", form, {"X-Twilio-Signature": "wrong"})

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/sandbox", "/sandbox/sms", "/sandbox/status", "/nothing", "/twilio"])
def test_only_what_is_in_use_exists(shared_twilio, path):
    statuses = [shared_twilio.running.get(path).status_code, shared_twilio.call(path, {}).status_code]

    assert statuses == [404, 404]
