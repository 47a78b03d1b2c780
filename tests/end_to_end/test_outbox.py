"""What leaves through Twilio when Twilio has its troubles, and what is asked of it after ours."""

from tests.databases import only_sqlite
from tests.end_to_end.places import OFFICIAL, own_posts
from tests.end_to_end.running import eventually
from tests.end_to_end.services import PUBLIC_URL

CALLBACK = f"{PUBLIC_URL}/twilio/status"
HOURLY = ("[[summary]]", 'to = "official"', 'every = "1h"')


def correct(service):
    """Let a coordinator correct a report, of which the monitor is told; give the post."""
    post = service.post()
    service.text(post.monitor, post.report, f"SM-report-{post.station}")
    service.text(post.coordinator, post.correction, f"SM-correction-{post.station}")
    return post


def notice(service, post, status):
    """Give the row of the text that told the monitor, once it has that status."""

    def row():
        log = service.deployment.messages("--phone", post.monitor)
        [found] = [each for each in log if each["body"].startswith(f"DIKOREKSI TPS{post.station} ")]
        return found

    return eventually(row, wanted=lambda found: found["status"] == status)


def requests(service, method):
    return sum(each == method for each, _ in service.twilio.requests)


def test_an_official_is_texted_the_totals(begin):
    service = begin(*HOURLY)

    [summary] = eventually(lambda: [each for each in service.twilio.sent if each.to == OFFICIAL])

    assert "0/40" in summary.body
    assert "TIDAK RESMI" in summary.body
    assert summary.from_ == service.twilio.numbers[0]
    assert summary.status_callback.startswith(CALLBACK)


def test_a_text_that_twilio_could_not_take_is_sent_again_and_arrives_once(shared_twilio):
    before = requests(shared_twilio, "POST")
    shared_twilio.twilio.fail_next(503, 20503)

    post = correct(shared_twilio)

    [body] = eventually(lambda: shared_twilio.bodies_to(post.monitor))
    sent = notice(shared_twilio, post, "sent")
    assert (sent["status"], sent["body"], sent["error_code"]) == ("sent", body, None)
    assert shared_twilio.bodies_to(post.monitor) == [body]
    assert requests(shared_twilio, "POST") - before == 2


def test_a_text_that_twilio_took_without_an_answer_is_not_sent_again(shared_twilio):
    before, asked = (requests(shared_twilio, method) for method in ("POST", "GET"))
    shared_twilio.twilio.drop_next_response()

    post = correct(shared_twilio)

    assert eventually(lambda: requests(shared_twilio, "GET") > asked)
    found = notice(shared_twilio, post, "sent")
    [taken] = [each for each in shared_twilio.twilio.sent if each.to == post.monitor]
    assert (found["status"], found["carrier_id"]) == ("sent", taken.sid)
    assert requests(shared_twilio, "POST") - before == 1


def test_a_text_to_a_number_that_opted_out_has_failed_for_good(shared_twilio):
    before = requests(shared_twilio, "POST")
    shared_twilio.twilio.fail_next(400, 21610)

    post = correct(shared_twilio)

    assert eventually(lambda: requests(shared_twilio, "POST") > before)
    failed = notice(shared_twilio, post, "failed")
    assert (failed["status"], failed["error_code"]) == ("failed", "21610")
    assert requests(shared_twilio, "POST") - before == 1
    assert shared_twilio.bodies_to(post.monitor) == []


def test_a_text_whose_webhook_never_came_is_taken_in_at_start_and_answered_once(begin, twilio_server):
    post = next(own_posts())
    sid = twilio_server.add_inbound(post.monitor, twilio_server.numbers[0], post.report)

    service = begin()
    [reply] = eventually(lambda: [each for each in twilio_server.sent if each.to == post.monitor])
    late = service.text(post.monitor, post.report, sid)

    assert reply.body.startswith(f"DITERIMA TPS{post.station}.")
    assert reply.status_callback.startswith(CALLBACK)
    assert (late.status, late.text) == (200, None)
    log = service.deployment.messages("--phone", post.monitor)
    assert [(each["direction"], each["carrier_id"]) for each in log] == [("in", sid), ("out", reply.sid)]
    assert service.bodies_to(post.monitor) == [reply.body]


@only_sqlite
def test_in_a_rehearsal_nothing_leaves_to_any_other_number(begin):
    named, other = [post for post, _ in zip(own_posts(), range(2), strict=False)]
    service = begin(f'only = ["{named.monitor}"]')

    answered = service.text(named.monitor, named.report, "SM-named")
    silent = service.text(other.monitor, other.report, "SM-other")
    service.text(other.coordinator, other.correction, "SM-correction")
    told = notice(service, other, "failed")

    assert (answered.text or "").startswith(f"DITERIMA TPS{named.station}.")
    assert (silent.status, silent.text) == (200, None)
    assert (told["status"], told["error_code"]) == ("failed", "not_in_only")
    log = service.deployment.messages("--phone", other.monitor)
    assert [each["error_code"] for each in log if each["direction"] == "out"] == ["not_in_only"] * 2
    assert service.twilio.sent == []
