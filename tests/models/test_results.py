"""Revisions, their chain, and totals that agree with them: SPEC section 3, on both databases."""

import hashlib
import json
import random
from dataclasses import asdict, replace
from datetime import UTC, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from models import cases, messages, results, stations, tally
from models.people import District
from models.recount import recount
from models.results import FIRST, Change
from models.tables import ResultRow, Total
from parser.verdict import Tally
from tests.elections import NOON, REFERENCE

NOW = NOON.astimezone(UTC)
FIRST_G = Tally("G", (120, 98, 77), 295, 5)
SECOND_G = Tally("G", (120, 98, 78), 296, None)
FIRST_D = Tally("D", (1, 2), 3, None)
FIRST_W = Tally("W", (140, 155), 295, None)


@pytest.fixture
def store(city):
    return city.service.store


def a_text(db, phone="+628410000012", **values):
    return messages.add(db, direction="in", at=NOW, sender=phone, carrier="sandbox", **values)


def at_station(db, number=12):
    station = stations.station_by_number(db, number)
    assert station is not None
    return station


def changed(db, *tallies, number=12, reason="report", at=NOW, case_id=None, election=REFERENCE):
    """Change what stands at a station, as a text of that moment."""
    station = at_station(db, number)
    source = {"void": "correction"}.get(reason, reason)
    change = Change(source, reason, at, None, a_text(db), case_id)
    history = results.history(db, station)
    tally.record_change(db, station, history, tallies, change=change, election=election)
    return station


def history_of(store, number=12):
    with store.reading() as db:
        return results.history(db, at_station(db, number))


def test_the_hash_is_the_sha256_of_the_content_and_the_hash_before_it(store):
    with store.transaction() as db:
        changed(db, FIRST_G)

    [row] = history_of(store)

    content = [row.station_id, 1, "G", 1, [120, 98, 77], 295, 5, "report", "report"]
    content += [NOW.isoformat(), None, row.message_id, None, "0" * 64]
    text = json.dumps(content, separators=(",", ":"))
    assert row.hash == hashlib.sha256(text.encode()).hexdigest()


def test_every_revision_carries_the_hash_of_the_one_before_it_at_its_station(store):
    with store.transaction() as db:
        changed(db, FIRST_G, FIRST_W)
        changed(db, FIRST_G, number=13)
        changed(db, SECOND_G, reason="correction", at=NOW + timedelta(microseconds=1))
        changed(db, "G", "W", reason="void")
        changed(db, FIRST_W, reason="report")

    chain = history_of(store)

    assert [each.previous for each in chain] == [FIRST, *(each.hash for each in chain[:-1])]
    assert [results.content_hash(asdict(each)) for each in chain] == [each.hash for each in chain]
    assert len({each.hash for each in chain}) == len(chain)


def test_sequences_have_no_gap_and_revisions_count_for_each_contest(store):
    with store.transaction() as db:
        changed(db, FIRST_G)
        changed(db, FIRST_W)
        changed(db, SECOND_G)
        changed(db, "G", "W", reason="void")
        changed(db, FIRST_G, FIRST_W)

    found = [(each.sequence, each.contest, each.revision) for each in history_of(store)]

    assert found == [
        (1, "G", 1),
        (2, "W", 1),
        (3, "G", 2),
        (4, "G", 3),
        (5, "W", 2),
        (6, "G", 4),
        (7, "W", 3),
    ]


def test_altered_votes_break_the_hash(store):
    with store.transaction() as db:
        changed(db, FIRST_G)
        db.execute(update(ResultRow).values(votes=(121, 97, 77)))

    [altered] = history_of(store)

    assert results.content_hash(asdict(altered)) != altered.hash


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"station_id": 13}, id="station"),
        pytest.param({"sequence": 2}, id="sequence"),
        pytest.param({"contest": "W"}, id="contest"),
        pytest.param({"revision": 2}, id="revision"),
        pytest.param({"votes": None}, id="votes taken away"),
        pytest.param({"stated": 296}, id="the valid votes as written"),
        pytest.param({"invalid": None}, id="invalid votes taken away"),
        pytest.param({"source": "operator"}, id="source"),
        pytest.param({"reason": "decision"}, id="reason"),
        pytest.param({"at": NOW + timedelta(microseconds=1)}, id="moment"),
        pytest.param({"person_id": 1}, id="person"),
        pytest.param({"message_id": 8}, id="text"),
        pytest.param({"case_id": 1}, id="case"),
        pytest.param({"previous": "1" * 64}, id="the hash before it"),
    ],
)
def test_everything_that_a_revision_says_is_in_its_hash(values):
    row = {
        "station_id": 12,
        "sequence": 1,
        "contest": "G",
        "revision": 1,
        "votes": (120, 98, 77),
        "stated": 295,
        "invalid": 5,
        "source": "report",
        "reason": "report",
        "at": NOW,
        "person_id": None,
        "message_id": 7,
        "case_id": None,
        "previous": FIRST,
    }

    assert results.content_hash(row) != results.content_hash({**row, **values})
    assert results.content_hash(row) == results.content_hash({**row, "at": NOON, "votes": [120, 98, 77]})


def test_a_revision_that_is_hashed_anew_breaks_the_next_one(store):
    with store.transaction() as db:
        changed(db, FIRST_G)
        changed(db, SECOND_G)
    first = history_of(store)[0]
    forged = results.content_hash(asdict(replace(first, votes=(295, 0, 0))))

    with store.transaction() as db:
        db.execute(update(ResultRow).where(ResultRow.id == first.id).values(votes=(295, 0, 0), hash=forged))
    again = history_of(store)

    assert results.content_hash(asdict(again[0])) == again[0].hash
    assert again[1].previous != again[0].hash


def test_no_station_has_one_place_of_its_chain_twice(store):
    """Two texts that read the same history, as they could without the station's lock."""
    with store.transaction() as db:
        station = at_station(db)
        change = Change("report", "report", NOW, None, a_text(db))
        results.add(db, station, [], [FIRST_G], change)

    with pytest.raises(IntegrityError), store.transaction() as db:
        results.add(db, station, [], [SECOND_G], change)

    assert len(history_of(store)) == 1


def test_what_stands_is_the_newest_of_each_contest_and_the_rest_was_replaced(store):
    with store.transaction() as db:
        changed(db, FIRST_G, FIRST_W)
        changed(db, SECOND_G, reason="correction")

    record = results.record(history_of(store))

    assert {each.tally for each in record.standing} == {SECOND_G, FIRST_W}
    assert record.replaced == {FIRST_G}
    reported, corrected = sorted(record.standing, key=lambda each: each.revision)
    assert (corrected.revision, corrected.by_coordinator) == (2, True)
    assert (reported.revision, reported.by_coordinator, reported.phone) == (1, False, "+628410000012")


def test_what_was_voided_does_not_stand_and_counts_as_replaced(store):
    with store.transaction() as db:
        changed(db, FIRST_G, FIRST_W)
        changed(db, "G", reason="void")

    record = results.record(history_of(store))

    assert [each.tally for each in record.standing] == [FIRST_W]
    assert record.replaced == {FIRST_G}


def test_what_is_reported_after_a_void_stands(store):
    with store.transaction() as db:
        changed(db, FIRST_G)
        changed(db, "G", reason="void")
        changed(db, SECOND_G)

    record = results.record(history_of(store))

    assert [each.tally for each in record.standing] == [SECOND_G]
    assert record.replaced == {FIRST_G}


def test_the_time_of_what_stands_is_the_carriers_where_it_gave_one(store):
    sent = NOW - timedelta(minutes=40)
    with store.transaction() as db:
        station = at_station(db)
        for contest, values in ((FIRST_G, {"sent_at": sent}), (FIRST_W, {})):
            change = Change("report", "report", NOW, None, a_text(db, **values))
            results.add(db, station, results.history(db, station), [contest], change)

    record = results.record(history_of(store))

    assert {each.tally.contest: each.at for each in record.standing} == {"G": sent, "W": NOW}


def long_history(store):
    """Figures that go to and fro, two contests that changed long ago, and one taken out."""
    with store.transaction() as db:
        changed(db, FIRST_G, FIRST_W)
        changed(db, "W", reason="void")
        changed(db, FIRST_D)
        for votes in range(4 * results.RECENT):
            changed(db, Tally("G", (votes % 30, 1, 0), None, None), reason="correction")


def test_what_a_text_needs_of_a_long_history_is_what_the_whole_says(store):
    long_history(store)
    whole = history_of(store)

    for upto in range(len(whole) + 1):
        then = results.record(whole[:upto])
        for asked in (FIRST_G, FIRST_W, Tally("G", (7, 1, 0), None, None), SECOND_G):
            with store.reading() as db:
                needed = results.latest(db, at_station(db), [asked], upto)
            found = results.record(needed)
            assert (found.standing, found.sequence) == (then.standing, then.sequence)
            assert (asked in found.replaced) == (asked in then.replaced)


def test_of_a_long_history_a_text_reads_only_what_it_needs(store):
    long_history(store)

    with store.reading() as db:
        needed = results.latest(db, at_station(db), [FIRST_G])

    older = [(each.contest, each.votes) for each in needed[: -results.RECENT]]
    # Of W what is newest, and of G what was newest then, which has been replaced.
    assert older == [("G", FIRST_G.votes), ("W", None), ("D", (1, 2)), ("G", (59 % 30, 1, 0))]


def test_a_receipt_is_short_enough_to_be_read_out():
    assert [results.receipt(number) for number in (7, 1234, 98765)] == ["0007", "1234", "98765"]


def invalid_votes(store):
    with store.reading() as db:
        return [each.invalid for each in tally.totals(db, REFERENCE).contests]


def test_invalid_votes_are_the_sum_of_those_given_and_none_where_no_station_gave_any(store):
    with store.transaction() as db:
        changed(db, FIRST_W)
        changed(db, replace(FIRST_G, invalid=None), number=13)
    nobody = invalid_votes(store)

    with store.transaction() as db:
        changed(db, replace(FIRST_G, invalid=0))
    a_zero = invalid_votes(store)
    with store.transaction() as db:
        changed(db, replace(FIRST_G, invalid=7), number=14)
        changed(db, "G", reason="void")
    one = invalid_votes(store)
    with store.transaction() as db:
        changed(db, "G", number=14, reason="void")

    assert (nobody, a_zero, one, invalid_votes(store)) == (
        [None, None],
        [0, None],
        [7, None],
        [None, None],
    )


def test_stations_are_reported_with_one_contest_and_complete_with_all(store):
    def counts():
        with store.reading() as db:
            found = tally.totals(db, REFERENCE).stations
            return found.registered, found.reported, found.complete

    with store.transaction() as db:
        changed(db, FIRST_G)
    one = counts()
    with store.transaction() as db:
        changed(db, FIRST_W)
    both = counts()
    with store.transaction() as db:
        changed(db, "G", reason="void")

    assert (one, both, counts()) == ((20, 1, 0), (20, 1, 1), (20, 1, 0))


def test_a_contest_that_the_election_file_no_longer_has_makes_no_station_reported(store):
    only_g = replace(REFERENCE, contests=REFERENCE.contests[:1])

    def reported():
        with store.reading() as db:
            return tally.totals(db, only_g).stations.reported

    with store.transaction() as db:
        changed(db, FIRST_W)
        changed(db, FIRST_G, number=14)
        recount(db, only_g)
    after_the_change = reported()
    with store.transaction() as db:
        changed(db, FIRST_G, election=only_g)

    assert (after_the_change, reported()) == (1, 2)


def test_a_share_is_of_the_valid_votes_and_0_where_there_are_none(store):
    with store.reading() as db:
        nothing = tally.totals(db, REFERENCE).contests[0].share(1)
    with store.transaction() as db:
        changed(db, Tally("G", (1, 2, 5), 8))
    with store.reading() as db:
        found = tally.totals(db, REFERENCE).contests[0]

    assert nothing == 0
    assert [found.share(number) for number in (1, 2, 3)] == [0.125, 0.25, 0.625]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(0, "0.0%", id="nothing"),
        pytest.param(1 / 823220, "0.0%", id="next to nothing"),
        pytest.param(481 / 600, "80.2%", id="rounded up"),
        pytest.param(9999 / 10000, "99.9%", id="nearly all"),
        pytest.param(1.0, "100.0%", id="all"),
    ],
)
def test_only_all_of_it_is_a_hundred_percent(share, expected):
    assert tally.percent(share) == expected


class Night:
    """Random changes as the handlers make them, and what the totals must be after each."""

    def __init__(self, db, seed):
        self.db = db
        self.random = random.Random(seed)
        self.stands = {}
        self.open_cases = []
        self.stations = {number: at_station(db, number) for number in range(1, 21)}

    def step(self):
        doing = self.random.choice(
            (self.report, self.report, self.correct, self.void, self.hold, self.decide)
        )
        doing(self.stations[self.random.choice((3, 7, 12, 13, 15, 19))])

    def report(self, station):
        contests = self.random.choice((["G"], ["W"], ["G", "W"]))
        self._change(station, [self._tally(code) for code in contests], "report")

    def correct(self, station):
        standing = [code for number, code in self.stands if number == station.number]
        if standing:
            self._change(station, [self._tally(self.random.choice(standing))], "correction")

    def void(self, station):
        standing = [code for number, code in self.stands if number == station.number]
        if standing:
            self._change(station, self.random.sample(standing, self.random.randint(1, len(standing))), "void")

    def hold(self, station):
        text = cases.HeldText(None, None, NOW, a_text(self.db), sequence=0)
        held = cases.open_case(self.db, station, [self._tally("G")], ("conflict",), text)
        self.open_cases.append((station, held))

    def decide(self, _station):
        if not self.open_cases:
            return
        station, held = self.open_cases.pop(self.random.randrange(len(self.open_cases)))
        decision = self.random.choice((cases.ACCEPTED, cases.REJECTED))
        decided_by = a_text(self.db)
        assert cases.decide(self.db, held, station, decision, at=NOW, message_id=decided_by)
        assert not cases.decide(self.db, held, station, decision, at=NOW, message_id=decided_by)
        if decision == cases.ACCEPTED:
            self._change(station, held.tallies, "decision", held.number)

    def expected(self, districts):
        """Count again, by hand, from what must stand."""
        inside = {each.number for each in self.stations.values() if each.district_id in districts}
        found = {}
        for code in ("G", "W"):
            these = [
                each
                for (number, contest), each in self.stands.items()
                if contest == code and number in inside
            ]
            given = [each.invalid for each in these if each.invalid is not None]
            votes = tuple(map(sum, zip(*(each.votes for each in these), strict=True)))
            found[code] = (len(these), votes or None, sum(given) if given else None)
        reported = {number for number, _ in self.stands if number in inside}
        complete = {number for number in reported if {(number, "G"), (number, "W")} <= self.stands.keys()}
        held = {station.number for station, _ in self.open_cases if station.number in inside}
        return (len(inside), len(reported), len(complete), len(held)), found

    def _tally(self, code):
        votes = tuple(self.random.randint(0, 150) for _ in REFERENCE.contest(code).candidates)
        stated = self.random.choice((sum(votes), sum(votes) + 1))
        return Tally(code, votes, stated, self.random.choice((None, 0, 3, 12)))

    def _change(self, station, tallies, reason, case_id=None):
        changed(self.db, *tallies, number=station.number, reason=reason, case_id=case_id)
        for each in tallies:
            if isinstance(each, Tally):
                self.stands[station.number, each.contest] = each
            else:
                del self.stands[station.number, each]


def counted(db, districts=None):
    """Give the totals in the shape of ``Night.expected``."""
    found = tally.totals(db, REFERENCE, districts)
    counts = found.stations
    return (counts.registered, counts.reported, counts.complete, counts.held), {
        each.contest.code: (each.stations, each.votes if each.stations else None, each.invalid)
        for each in found.contests
    }


@pytest.mark.parametrize("seed", range(4))
def test_running_totals_equal_a_recount_after_whatever_happened_on_the_night(store, seed):
    with store.transaction() as db:
        night = Night(db, seed)
        known = stations.districts(db)

        for _ in range(60):
            night.step()

        areas = [(None, {each.id for each in known}), *(([each], {each.id}) for each in known)]
        running = [counted(db, area) for area, _ in areas]
        assert running == [night.expected(ids) for _, ids in areas]
        recount(db, REFERENCE)
        assert [counted(db, area) for area, _ in areas] == running
        assert night.open_cases
        assert night.stands


@pytest.mark.parametrize("seed", range(4))
def test_districts_add_up_to_the_whole(store, seed):
    with store.transaction() as db:
        night = Night(db, seed)
        for _ in range(30):
            night.step()
        whole = tally.totals(db, REFERENCE)
        parts = [tally.totals(db, REFERENCE, [each]) for each in stations.districts(db)]

    for position, contest in enumerate(whole.contests):
        assert contest.votes == tuple(
            map(sum, zip(*(p.contests[position].votes for p in parts), strict=True))
        )
        assert contest.stations == sum(part.contests[position].stations for part in parts)
    for name in ("registered", "reported", "complete", "held"):
        assert getattr(whole.stations, name) == sum(getattr(part.stations, name) for part in parts)


def test_no_district_is_nothing_and_an_unknown_one_too(store):
    with store.transaction() as db:
        changed(db, FIRST_G)

    with store.reading() as db:
        found = [tally.totals(db, REFERENCE, area) for area in ([], [District(999, "Nowhere")])]

    assert [(each.stations.registered, each.contests[0].votes) for each in found] == [(0, (0, 0, 0))] * 2


def test_a_recount_mends_totals_that_have_gone_wrong(store):
    with store.transaction() as db:
        changed(db, FIRST_G)
        db.execute(update(Total).values(v1=Total.__table__.c.v1 + 7))
        wrong = tally.totals(db, REFERENCE).contests[0].votes
        recount(db, REFERENCE)

        assert (wrong, tally.totals(db, REFERENCE).contests[0].votes) == ((127, 98, 77), (120, 98, 77))


def test_a_district_is_unfinished_until_every_station_of_it_is_complete(store):
    with store.transaction() as db:
        west = at_station(db, 20).district_id
        for number in range(15, 21):
            changed(db, FIRST_G, FIRST_W, number=number)
        done = tally.unfinished_districts(db)
        changed(db, "W", number=20, reason="void")

        assert (done[west], sorted(done.values())) == (False, [False, True])
        assert tally.unfinished_districts(db)[west]
