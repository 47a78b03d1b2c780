"""When the process is cut off: what was answered is there, and nothing counts twice."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import requests

from tests.end_to_end.places import sample_posts

TEXTS = 30
ANSWERED_BEFORE = 8


def test_what_was_answered_before_a_kill_is_answered_alike_after_it_and_counts_once(deployment):
    posts = list(islice(sample_posts(), TEXTS))
    answered = {}

    with deployment.serving() as running:

        def bring(post):
            try:
                answered[post] = running.text(post.monitor, post.report, f"SM-{post.station}")
            except requests.RequestException:
                return
            if len(answered) >= ANSWERED_BEFORE:
                running.process.kill()

        with ThreadPoolExecutor(4) as phones:
            list(phones.map(bring, posts))
        running.kill()
    with deployment.serving() as running:
        again = {post: running.text(post.monitor, post.report, f"SM-{post.station}") for post in posts}

        tally = deployment.asked("tally")

    assert ANSWERED_BEFORE <= len(answered) < TEXTS
    assert {post: again[post] for post in answered} == answered
    assert all(reply.text.startswith("DITERIMA") for reply in again.values())
    assert tally["stations"]["complete"] == TEXTS
    assert [each["votes"] for each in tally["contests"][0]["candidates"]] == [
        votes * TEXTS for votes in (120, 98, 77)
    ]
