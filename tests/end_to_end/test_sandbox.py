"""The main job in the sandbox, over real HTTP: a result comes in, is corrected, is decided."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.end_to_end.places import MAYOR
from tests.end_to_end.running import eventually, unasked

RECEIPT = r"Resi \d{4,}"


def contests(tally):
    return {each["code"]: [one["votes"] for one in each["candidates"]] for each in tally["contests"]}


def standing(station):
    return {each["contest"]: each["votes"] for each in station["results"]}


def texts_to(service, phone):
    return unasked(service.deployment.messages("--phone", phone), phone)


def all_left(texts):
    return texts and all(each["status"] not in ("queued", "sending") for each in texts)


def statuses(station, contest):
    return [(each["votes"], each["status"]) for each in station["history"] if each["contest"] == contest]


def test_a_report_is_answered_with_what_was_understood_and_counts_once(sandbox):
    post = sandbox.post()

    first = sandbox.text(post.monitor, "TPS012 G:120,98,77 W:140,155 SAH:295", "SM1")
    again = sandbox.text(post.monitor, "TPS012 G:120,98,77 W:140,155 SAH:295", "SM1")

    assert re.fullmatch(
        rf"DITERIMA TPS012\. G 120,98,77 sah 295\. W 140,155 sah 295\. {RECEIPT}\.", first.text
    )
    assert again == first
    tally = sandbox.deployment.asked("tally")
    assert contests(tally) == {"G": [120, 98, 77], "W": [140, 155]}
    assert tally["unofficial"] is True
    assert tally["stations"] == {"registered": 326, "reported": 1, "complete": 1, "held": 0}


def test_one_text_on_eight_connections_at_once_is_one_text(shared):
    post = shared.post()
    with ThreadPoolExecutor(8) as phones:
        replies = list(phones.map(lambda _: shared.text(post.monitor, post.report, "SM-at-once"), range(8)))

    assert len(set(replies)) == 1
    log = shared.deployment.messages("--phone", post.monitor)
    assert [each["direction"] for each in log] == ["in", "out"]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda phone: phone, id="as +62"),
        pytest.param(lambda phone: " " + phone[1:], id="with the blank that a form makes of a plus"),
        pytest.param(lambda phone: "0" + phone[3:], id="in its national form"),
        pytest.param(lambda phone: f"{phone[:3]} {phone[3:6]}-{phone[6:]}", id="with blanks and dashes"),
    ],
)
def test_a_sender_is_known_however_the_number_is_written(shared, written):
    post = shared.post()

    reply = shared.text(written(post.monitor), post.report)

    assert reply.text.startswith(f"DITERIMA TPS{post.station}.")


def test_a_plus_that_was_not_encoded_is_still_a_plus(shared):
    post = shared.post()
    body = f"From={post.monitor}&Body=TPS{post.station}+G:120,98,77+W:140,155+SAH:295".encode()

    response = shared.running.post(
        "/sandbox/sms", body, {"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert f"DITERIMA TPS{post.station}." in response.text


def test_a_coordinators_correction_changes_its_contest_alone_and_the_monitor_is_told(shared):
    post = shared.post()
    shared.text(post.monitor, post.report)

    reply = shared.text(post.coordinator, post.correction)

    assert reply.text.startswith(f"DIKOREKSI TPS{post.station}. G 120,98,77=295 > 120,98,78=296.")
    assert "W 140,155" in shared.text(post.coordinator, f"CEK TPS{post.station}").text
    [told] = eventually(lambda: texts_to(shared, post.monitor), wanted=all_left)
    assert told["status"] in ("sent", "delivered")
    assert told["body"].startswith(f"DIKOREKSI TPS{post.station}")
    assert "G 120,98,77=295 > 120,98,78=296" in told["body"]


def test_a_station_shows_every_revision_with_who_when_and_which_text(shared):
    post = shared.post()
    shared.text(post.monitor, post.report, f"report-{post.station}")
    shared.text(post.coordinator, post.correction, f"correction-{post.station}")

    station = shared.deployment.asked("station", post.station.lstrip("0"))

    texts = {each["carrier_id"]: each for each in shared.deployment.messages("--station", post.station)}
    report, correction = texts[f"report-{post.station}"], texts[f"correction-{post.station}"]
    assert standing(station) == {"G": [120, 98, 78], "W": [140, 155]}
    assert (station["station"], station["monitors"]) == (post.station, [post.monitor])
    assert statuses(station, "G") == [([120, 98, 77], "superseded"), ([120, 98, 78], "accepted")]
    assert statuses(station, "W") == [([140, 155], "accepted")]
    first, second = (each for each in station["history"] if each["contest"] == "G")
    keys = ("revision", "source", "by", "at", "message", "valid", "adds_up")
    assert [first[key] for key in keys] == [
        *(1, "report", post.monitor, report["at"], report["id"]),
        *(295, True),
    ]
    assert [second[key] for key in keys] == [
        *(2, "correction", post.coordinator, correction["at"], correction["id"]),
        *(296, True),
    ]


@pytest.mark.parametrize(
    ("word", "answer", "votes", "said"),
    [
        pytest.param("TERIMA", "DIKOREKSI TPS{station}, {case}", [120, 90, 77], "DITERIMA", id="accepted"),
        pytest.param("TOLAK", "{case} ditolak, TPS{station}", [120, 98, 78], "DITOLAK", id="rejected"),
    ],
)
def test_a_report_after_a_correction_is_held_until_a_coordinator_decides(shared, word, answer, votes, said):
    post = shared.post()
    shared.text(post.monitor, post.report)
    shared.text(post.coordinator, post.correction)

    held = shared.text(post.monitor, post.other_report)
    meanwhile = shared.text(post.coordinator, f"CEK TPS{post.station}")
    [case] = re.findall(r"\bK\d+\b", held.text)
    decided = shared.text(post.coordinator, f"{word} {case}")

    assert held.text.startswith(f"DITAHAN TPS{post.station}")
    assert "120,98,78" in meanwhile.text
    assert decided.text.startswith(answer.format(case=case, station=post.station))
    station = shared.deployment.asked("station", post.station)
    assert standing(station) == {"G": votes, "W": [140, 155]}
    assert station["held"] == []
    log = shared.deployment.messages()
    [asked] = [each["body"] for each in unasked(log, post.coordinator) if each["body"].startswith(f"{case} ")]
    assert f"TERIMA {case}" in asked
    assert f"TOLAK {case}" in asked
    told = unasked(log, post.monitor)[-1]["body"]
    assert told.startswith(said)
    assert case in told


def test_a_result_that_was_phoned_in_counts_beside_the_service(shared):
    post = shared.post()

    printed = shared.deployment.done("receive", "--from", "0" + post.monitor[3:], post.report)

    assert printed.startswith(f"DITERIMA TPS{post.station}.")
    station = shared.deployment.asked("station", post.station)
    assert {each["source"] for each in station["results"]} == {"operator"}
    assert shared.text(post.monitor, post.report).text.startswith("SUDAH ADA.")


def test_an_unknown_number_learns_nothing_and_counts_nowhere(shared):
    post = shared.post()
    stranger = f"+6284199990{post.station}"

    reply = shared.text(stranger, post.report)

    assert reply.status == 200
    assert not re.search(r"DITERIMA|Resi", reply.text or "")
    [text] = [each for each in shared.deployment.messages("--phone", stranger) if each["direction"] == "in"]
    assert (text["outcome"], text["codes"]) == ("refused", ["unknown_sender"])
    assert shared.text(post.monitor, post.report).text.startswith("DITERIMA")  # nothing stood


def test_an_official_is_answered_with_the_totals_of_this_moment(shared):
    post = shared.post()

    before = shared.text(MAYOR, "REKAP").text
    shared.text(post.monitor, post.report)
    after = shared.text(MAYOR, "REKAP").text

    counts = [int(count) for reply in (before, after) for count in re.findall(r"(\d+)/326", reply)]
    assert counts == [counts[0], counts[0] + 1]
    assert "TIDAK RESMI" in after
