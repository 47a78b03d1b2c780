"""Summaries, by the real clock: each slot once, whatever serves."""

import time
from datetime import datetime

from tests.end_to_end.places import MAYOR, election_file, sample_posts
from tests.end_to_end.running import eventually, unasked

EVERY = 5
PLAN = ("[[summary]]", 'to = "official"', f'every = "{EVERY}s"', 'unchanged = "short"')


def wait_for_slots(count):
    """Wait until that many slots have begun and been texted."""
    time.sleep(EVERY - time.time() % EVERY + (count - 1) * EVERY + 1)


def nothing_new_was_sent(texts):
    return "Tidak ada perubahan" in texts[-1]["body"] and texts[-1]["status"] == "sent"


def slot(text):
    return datetime.fromisoformat(text["at"]).timestamp() // EVERY


def test_an_official_is_texted_once_a_slot_by_three_processes_one_of_which_dies(deployment):
    (deployment.folder / "election.toml").write_text(election_file(*PLAN), encoding="utf-8")
    post = next(sample_posts())

    worker = ("--role", "worker")
    with deployment.serving() as running, deployment.serving(*worker), deployment.serving(*worker) as third:
        running.text(post.monitor, post.report)
        wait_for_slots(1)
        third.kill()
        wait_for_slots(1)
        texts = eventually(
            lambda: unasked(deployment.messages("--phone", MAYOR), MAYOR), wanted=nothing_new_was_sent
        )

    slots = [slot(each) for each in texts]
    assert len(slots) >= 2
    assert sorted(set(slots)) == slots
    # One in the hands of the dead one, or of a machine that is busy, ends with its slot.
    assert {each["status"] for each in texts} <= {"sent", "delivered", "expired"}
    assert {each["segments"] for each in texts} == {1}
    assert all("TIDAK RESMI" in each["body"] for each in texts)
    assert "1/326" in [each["body"] for each in texts if "G Harun" in each["body"]][-1]
    assert nothing_new_was_sent(texts)
