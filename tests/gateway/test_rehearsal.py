"""The rehearsal: what it plays is what practice shows, and its verdict is true."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from random import Random

import pytest

from config.errors import OperatorError
from config.language import Lang
from config.settings import read_settings
from gateway import inbox
from gateway.carriers import CARRIERS
from gateway.rehearsal import forms, night, rehearsal, stories, thumbs
from gateway.rehearsal.doors import door_of
from gateway.service import Service
from notify.carrier import InboundText
from parser import parse
from parser.commands import Report
from tests.city import MONITOR, REPORT
from tests.databases import only_sqlite
from tests.elections import REFERENCE

TWILIO = {
    "PANTAU_CARRIER": "twilio",
    "PANTAU_PUBLIC_URL": "https://pantau.example.org",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM_NUMBER": "+15005550006",
    "PANTAU_ELECTION": "election.toml",
}


@dataclass
class Straight:
    """The edge of a service without HTTP. ``forgets`` is a number whose texts it only says that it took,
    ``stutters`` whether it answers a text that comes again differently."""

    service: Service
    forgets: str = ""
    stutters: bool = False

    def bring(self, sender, body, text_id):
        if sender == self.forgets and "HADIR" not in body:
            return "DITERIMA"
        answer = inbox.receive(self.service, InboundText("sandbox", text_id, sender, body))
        return f"{answer.reply} {time.monotonic()}" if self.stutters else answer.reply


@dataclass
class Silent:
    """A service that never answers, and what it was texted."""

    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    def bring(self, sender, body, _text_id):
        self.sent[sender, body] += 1
        self.times.append(time.monotonic())


@dataclass
class Broken:
    """A service that fails after a few texts."""

    service: Service
    calls: Iterator[int] = field(default_factory=count)

    def bring(self, sender, body, text_id):
        if next(self.calls) > 5:
            raise OperatorError("the service is away")
        return Straight(self.service).bring(sender, body, text_id)


def play(city, seed=1, most=None, **edge):
    """Rehearse on a city as fast as it goes; give the verdict and the cast."""
    quick = replace(
        city.service.election, rules=replace(city.service.election.rules, messages_per_minute=10_000)
    )
    service = replace(city.service, election=quick)
    with service.store.reading() as db:
        cast = rehearsal.cast(db, quick, most, Random(seed))
    webhook = Straight(service, **edge)
    return rehearsal.rehearse(service, webhook, cast, minutes=0, seed=seed, watch=lambda *_: None), cast


@pytest.mark.parametrize("seed", range(6))
def test_the_totals_of_a_rehearsal_agree_with_its_forms(city, seed):
    verdict, _ = play(city, seed)

    assert (verdict.differing, verdict.broken) == ([], [])
    assert verdict.agrees
    assert city.votes() == verdict.expected["G"]
    assert city.totals().stations.complete == 20


def test_every_story_is_told_and_ends_well(city):
    """Each on stations of its own, so that none is left to chance."""
    with city.service.store.reading() as db:
        cast = rehearsal.cast(db, REFERENCE, None, Random(1))
    playing = night.Night(Straight(city.service), cast.coordinators, a_minute=1000, pace=0)
    told = [*stories.ALONE, *stories.WITH_COORDINATOR]
    monitors = [
        stories.Monitor(playing, REFERENCE, Random(phone), phone, found)
        for phone, found in cast.forms.items()
    ]

    for story, monitor in zip(told, monitors, strict=False):
        story(monitor, monitor.forms[0])

    assert len(told) <= len(monitors)
    with city.service.store.reading() as db:
        right = [rehearsal._agrees(db, each.forms[0]) for each in monitors]
    assert right == [True] * len(told) + [False] * (20 - len(told))
    assert playing.broken == []


def test_a_second_rehearsal_adds_to_what_stands_and_leaves_it(city):
    city.text(MONITOR, REPORT)

    verdict, cast = play(city)

    assert verdict.agrees
    assert len(cast.stations) == 19
    assert [each.votes for each in city.history()] == [(120, 98, 77), (140, 155)]


def test_where_everything_stands_there_is_nothing_to_rehearse(city):
    play(city)

    with pytest.raises(OperatorError, match="nothing stands yet"):
        play(city, seed=2)


def test_a_report_that_was_confirmed_and_is_not_there_is_found(city):
    verdict, _ = play(city, forgets=MONITOR)

    assert not verdict.agrees
    assert verdict.differing == ["012"]
    assert verdict.expected != verdict.found


def test_a_text_with_two_answers_is_found(city):
    verdicts = [play(city, seed, most=5, stutters=True)[0] for seed in range(4)]

    assert not all(each.agrees for each in verdicts)
    assert {each.partition(": ")[2] for verdict in verdicts for each in verdict.broken} == {
        "one text had two answers"
    }


def test_the_same_seed_is_the_same_night(city_with):
    first, second, third = (rehearsal_texts(city_with(), seed) for seed in (5, 5, 6))

    assert first == second
    assert first != third


def rehearsal_texts(city, seed):
    """Give what would be texted, without texting it: nothing is answered."""
    sent: Counter[tuple[str, str]] = Counter()
    with city.service.store.reading() as db:
        cast = rehearsal.cast(db, REFERENCE, None, Random(seed))

    playing = night.Night(Silent(sent), cast.coordinators, a_minute=1000, pace=0)
    for phone, found in cast.forms.items():
        stories.Monitor(playing, REFERENCE, Random(f"{seed} {phone}"), phone, found).work()
    return sent


def test_as_many_stations_report_as_are_asked_for(city):
    verdict, cast = play(city, most=5)

    assert verdict.agrees
    assert len(cast.stations) == city.totals().stations.reported == 5
    assert cast.left_out == 0


def test_more_stations_than_there_are_is_all_of_them(city):
    _, cast = play(city, most=300)

    assert (len(cast.stations), cast.left_out) == (20, 280)


def a_form(city, seed=1):
    with city.service.store.reading() as db:
        cast = rehearsal.cast(db, REFERENCE, None, Random(seed))
    return cast.forms[MONITOR][0]


@pytest.mark.parametrize("style", thumbs.STYLES)
def test_a_style_of_typing_is_read_as_it_is_meant(city, style):
    body = a_form(city).written(REFERENCE)

    meant, read = (parse(each, REFERENCE) for each in (body, thumbs.STYLES[style](body, Random(1))))

    assert isinstance(meant, Report)
    assert isinstance(read, Report)
    assert read.figures == meant.figures


@pytest.mark.parametrize("slip", thumbs.SLIPS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_slip_is_refused_and_changes_nothing(city, slip, seed):
    body = thumbs.SLIPS[slip](a_form(city, seed), REFERENCE, Random(seed))

    outcome, codes, _ = city.said(MONITOR, body)

    assert outcome == "refused"
    assert codes
    assert city.history() == []


def test_two_exchanged_candidates_are_caught_by_no_sum(city):
    wrong = thumbs.exchanged(a_form(city), Random(1))

    assert wrong is not None
    assert city.said(MONITOR, wrong.written(REFERENCE))[0] == "accepted"


@pytest.mark.parametrize("seed", range(20))
def test_a_form_is_likely(city, seed):
    form = a_form(city, seed)

    for each in form.tallies:
        assert each.valid == each.stated
        assert min(each.votes) > 0
        assert each.valid + (each.invalid or 0) <= form.station.voters


def test_the_contests_of_a_small_list_of_voters_stay_small(city):
    with city.service.store.reading() as db:
        cast = rehearsal.cast(db, REFERENCE, None, Random(1))

    [form] = cast.forms["+628410000020"]

    assert [each.valid <= most for each, most in zip(form.tallies, (480, 100), strict=True)] == [True, True]
    assert forms.figures(form.tallies[1]).valid == form.tallies[1].valid


def test_no_phone_texts_more_in_a_minute_than_is_heard(monkeypatch):
    monkeypatch.setattr(night, "MINUTE", 0.3)
    silent = Silent()

    playing = night.Night(silent, {}, a_minute=2, pace=0)
    for _ in range(5):
        playing.bring("+62", "x", "texts")

    assert all(later - earlier >= 0.3 for earlier, later in zip(silent.times, silent.times[2:], strict=False))


def test_a_night_that_is_stopped_texts_no_more():
    playing = night.Night(Silent(), {}, a_minute=1, pace=1)
    playing.stopping.set()

    with pytest.raises(night.Stopped):
        playing.bring("+62", "x", "texts")


def test_a_service_that_fails_ends_the_rehearsal_with_its_error(city):
    with city.service.store.reading() as db:
        cast = rehearsal.cast(db, REFERENCE, None, Random(1))

    with pytest.raises(OperatorError, match="away"):
        rehearsal.rehearse(city.service, Broken(city.service), cast, minutes=0, seed=1, watch=lambda *_: None)


def in_use(city, tmp_path, election=REFERENCE, **settings):
    """Give the city's service with settings of its own."""
    (tmp_path / "election.toml").touch()
    read = read_settings(settings, tmp_path, known_carriers=CARRIERS.keys())
    return replace(city.service, settings=read, election=election)


ONLY = replace(REFERENCE, sending=replace(REFERENCE.sending, only=("+6281200000001",)))


@pytest.mark.parametrize(
    ("election", "settings", "yes", "why"),
    [
        pytest.param(REFERENCE, TWILIO, True, "only", id="everybody's phone would ring"),
        pytest.param(ONLY, TWILIO, False, "--yes", id="not the sandbox, and not meant"),
        pytest.param(
            replace(REFERENCE, rules=replace(REFERENCE.rules, pin=True)), {}, True, "PIN", id="PINs"
        ),
    ],
)
def test_a_rehearsal_that_would_do_harm_is_refused(city, tmp_path, election, settings, yes, why):
    with pytest.raises(OperatorError, match=why):
        rehearsal.check(in_use(city, tmp_path, election, **settings), yes=yes)


@pytest.mark.parametrize("hours", [1, 24])
def test_before_reporting_opens_there_is_nothing_to_count(city, tmp_path, hours):
    later = replace(REFERENCE, opens=city.now + timedelta(hours=hours))

    with pytest.raises(OperatorError, match="practice until then"):
        rehearsal.check(in_use(city, tmp_path, later), yes=True)


def test_after_reporting_closes_there_is_nothing_to_rehearse(city, tmp_path):
    with pytest.raises(OperatorError, match="closed"):
        rehearsal.check(in_use(city, tmp_path, replace(REFERENCE, closes=city.now)), yes=True)


def test_results_that_stand_are_never_rehearsed_over(city, tmp_path):
    city.text(MONITOR, REPORT)

    with pytest.raises(OperatorError, match="holds results"):
        rehearsal.check(in_use(city, tmp_path, ONLY, **TWILIO), yes=True)


@pytest.mark.parametrize(
    ("election", "settings", "yes"),
    [
        pytest.param(REFERENCE, {}, False, id="in the sandbox"),
        pytest.param(ONLY, TWILIO, True, id="an empty database, few phones, and meant"),
    ],
)
def test_a_rehearsal_that_does_no_harm_may_begin(city, tmp_path, election, settings, yes):
    rehearsal.check(in_use(city, tmp_path, election, **settings), yes=yes)


def test_twilios_door_is_knocked_at_as_twilio_does(city, tmp_path):
    service = in_use(city, tmp_path, **TWILIO)
    door = door_of(service.settings)

    form, headers = door.complete({"MessageSid": "SM1", "From": MONITOR, "Body": REPORT})

    assert door.path == "/twilio/sms"
    assert form["To"] == "+15005550006"
    assert headers.keys() == {"X-Twilio-Signature"}


@only_sqlite  # what differs is the election
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"language": Lang.EN}, id="in English"),
        pytest.param({"contests": REFERENCE.contests[1:]}, id="one contest of two candidates"),
        pytest.param(
            {"contests": (replace(REFERENCE.contests[0], candidates=REFERENCE.contests[0].candidates[:1]),)},
            id="one candidate",
        ),
        pytest.param(
            {"rules": replace(REFERENCE.rules, unknown_senders="hold")}, id="unknown numbers are held"
        ),
    ],
)
def test_any_election_can_be_rehearsed(city_with, changes):
    city = city_with(replace(REFERENCE, **changes))

    verdicts = [play(city, seed, most=10)[0] for seed in (1, 2)]

    assert [(each.differing, each.broken) for each in verdicts] == [([], []), ([], [])]
    assert all(each.agrees for each in verdicts)
