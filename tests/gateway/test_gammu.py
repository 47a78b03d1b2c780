"""Gammu at its edge: rows of SMSD's tables in, rows out, on both databases that SMSD may use.

The tables are as SMSD's schema makes them, as far as they are read; the real SMSD is met in
``tests/end_to_end/test_gammu.py``.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

from config.settings import read_settings
from gateway.carriers import CARRIERS
from gateway.carriers.gammu import STATUSES, Gammu
from notify.carrier import InboundText, OutboundText, SendFailed, Sent, StatusReport
from notify.segments import split

PHONE = "+6281200000001"
REPORT = "TPS012 G:120,98,77 SAH:295"
TEXT = OutboundText(7, PHONE, "halo")
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR_AGO = NOW - timedelta(hours=1)

TABLES = """
CREATE TABLE inbox ("UpdatedInDB" {time} NOT NULL DEFAULT {now}, "ReceivingDateTime" {time},
    "SenderNumber" TEXT NOT NULL, "UDH" TEXT NOT NULL DEFAULT '', "TextDecoded" TEXT NOT NULL,
    "Coding" TEXT NOT NULL DEFAULT 'Default_No_Compression', "RecipientID" TEXT NOT NULL DEFAULT '',
    "Processed" {truth} NOT NULL DEFAULT 'false', "ID" {key});
CREATE TABLE outbox ("DestinationNumber" TEXT NOT NULL, "TextDecoded" TEXT NOT NULL, "Coding" TEXT NOT NULL,
    "UDH" TEXT, "MultiPart" {truth} NOT NULL DEFAULT 'false', "DeliveryReport" TEXT, "CreatorID" TEXT NOT NULL,
    "SenderID" TEXT, "SendingDateTime" {time} NOT NULL, "SendingTimeOut" {time} NOT NULL, "ID" {key});
CREATE TABLE outbox_multipart ("ID" INTEGER, "SequencePosition" INTEGER, "TextDecoded" TEXT, "Coding" TEXT,
    "UDH" TEXT, PRIMARY KEY ("ID", "SequencePosition"));
CREATE TABLE sentitems ("UpdatedInDB" {time} NOT NULL DEFAULT {now}, "DestinationNumber" TEXT NOT NULL,
    "TextDecoded" TEXT NOT NULL, "UDH" TEXT NOT NULL DEFAULT '', "CreatorID" TEXT NOT NULL, "Status" TEXT NOT NULL,
    "SequencePosition" INTEGER NOT NULL, "ID" INTEGER, PRIMARY KEY ("ID", "SequencePosition"));
CREATE TABLE phones ("ID" TEXT NOT NULL, "UpdatedInDB" {time} NOT NULL DEFAULT {now}, "TimeOut" {time} NOT NULL
    DEFAULT {now}, "Signal" INTEGER NOT NULL DEFAULT -1);
"""
SQLITE = {
    "time": "NUMERIC",
    "now": "(datetime('now'))",
    "truth": "TEXT",
    "key": "INTEGER PRIMARY KEY AUTOINCREMENT",
}
POSTGRESQL = {
    "time": "timestamp(0)",
    "now": "LOCALTIMESTAMP(0)",
    "truth": "boolean",
    "key": "serial PRIMARY KEY",
}


@pytest.fixture(autouse=True)
def from_now():
    """Let it be the moment that the tests speak of, however long ago they were read."""
    with time_machine.travel(NOW, tick=True):
        yield


class Smsd:
    """SMSD's database, in the hand of a test."""

    def __init__(self, url):
        self.engine = create_engine(url, poolclass=NullPool)
        if self.engine.name == "sqlite":
            event.listen(self.engine, "connect", lambda db, _: db.execute("PRAGMA synchronous = OFF"))
        for statement in TABLES.format(**SQLITE if self.engine.name == "sqlite" else POSTGRESQL).split(";"):
            if statement.strip():
                self.do(statement)
        self.ids = count(1)

    def do(self, statement, **values):
        with self.engine.begin() as db:
            found = db.execute(text(statement), values)
            return found.all() if found.returns_rows else []

    def receive(self, words, sender=PHONE, at=NOW, udh="", **more):
        """Store a text as SMSD does, whose clock is the machine's."""
        local = f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
        values = {
            "SenderNumber": sender,
            "TextDecoded": words,
            "ReceivingDateTime": local,
            "UDH": udh,
            **more,
        }
        names = ", ".join(f'"{name}"' for name in values)
        self.do(f"INSERT INTO inbox ({names}) VALUES ({', '.join(f':{name}' for name in values)})", **values)

    def see(self, modem, ago=timedelta()):
        """Note that a modem was there, as SMSD does every minute."""
        on_sqlite = self.engine.name == "sqlite"
        seen = f"{NOW - ago:%Y-%m-%d %H:%M:%S}{'' if on_sqlite else '+00'}"
        written = ":seen" if on_sqlite else "CAST(:seen AS timestamptz)"
        self.do(
            f'INSERT INTO phones ("ID", "UpdatedInDB") VALUES (:modem, {written})', modem=modem, seen=seen
        )

    def send_all(self, status="SendingOK"):
        """Do with the outbox what a modem does."""
        for row in self.do('SELECT "ID", "DestinationNumber", "TextDecoded", "UDH", "CreatorID" FROM outbox'):
            parts = [(1, row.TextDecoded, row.UDH)]
            parts += self.do(
                'SELECT "SequencePosition", "TextDecoded", "UDH" FROM outbox_multipart WHERE "ID" = :id',
                id=row.ID,
            )
            for part in parts:
                self.sent(row.ID, row.DestinationNumber, *part, row.CreatorID, status)
        self.do("DELETE FROM outbox")
        self.do("DELETE FROM outbox_multipart")

    def sent(self, row, number, position, words, udh, creator, status="SendingOK"):
        self.do(
            'INSERT INTO sentitems ("ID", "DestinationNumber", "SequencePosition", "TextDecoded", "UDH", "CreatorID",'
            ' "Status") VALUES (:id, :n, :p, :w, :u, :c, :s)',
            id=row, n=number, p=position, w=words, u=udh or "", c=creator, s=status,
        )  # fmt: skip

    def set_status(self, status, position=1):
        self.do(
            f'UPDATE sentitems SET "Status" = :s, "UpdatedInDB" = {SQLITE["now"] if self.engine.name == "sqlite" else POSTGRESQL["now"]}'
            ' WHERE "SequencePosition" = :p',
            s=status, p=position,
        )  # fmt: skip


@pytest.fixture
def smsd(databases):
    return Smsd(databases.empty())


def gammu_at(url):
    environ = {"PANTAU_CARRIER": "gammu", "PANTAU_ELECTION": "pyproject.toml", "GAMMU_DATABASE_URL": url}
    return Gammu(read_settings(environ, Path(__file__).parents[2], known_carriers=CARRIERS))


@pytest.fixture
def gammu(smsd):
    return gammu_at(smsd.engine.url.render_as_string(hide_password=False))


def texts(gammu, since=HOUR_AGO):
    return [each for each in gammu.waiting(since) if isinstance(each, InboundText)]


def reports(gammu, since=HOUR_AGO):
    return [each for each in gammu.waiting(since) if isinstance(each, StatusReport)]


def test_a_row_becomes_a_text(smsd, gammu):
    smsd.receive(REPORT, RecipientID="modem1")

    [found] = texts(gammu)

    assert found == InboundText(
        "gammu", found.carrier_id, PHONE, REPORT, "modem1", NOW, replies_inline=False, stop_answered=False
    )


@pytest.mark.parametrize(
    ("rows", "bodies"),
    [
        pytest.param([{"words": ""}], [""], id="an empty text is a text"),
        pytest.param(
            [{"words": "A" * 173, "udh": "050003A70201"}, {"words": "", "udh": "050003A70202"}],
            ["A" * 173],
            id="the first row of a long text holds all of it",
        ),
        pytest.param([{"words": "", "Coding": "8bit"}], [], id="no words but bytes"),
        pytest.param([{"words": "a"}, {"words": "a"}], ["a"], id="stored twice"),
        pytest.param([{"words": "a"}, {"words": "b"}], ["a", "b"], id="two texts in one second"),
        pytest.param([{"words": "a"}, {"words": "a", "at": NOW - timedelta(seconds=1)}], ["a", "a"], id="the same words again"),
        pytest.param([{"words": "a", "udh": "050003A70201"}, {"words": "a", "udh": "050003A80201"}], ["a", "a"], id="two long texts"),
        pytest.param([{"words": "Pesan é 😀"}], ["Pesan é 😀"], id="outside GSM-7"),
    ],
)  # fmt: skip
def test_rows_become_texts_once(smsd, gammu, rows, bodies):
    for row in rows:
        smsd.receive(**row)

    assert [each.body for each in texts(gammu)] == bodies


def test_what_is_taken_in_does_not_wait_any_more_nor_does_what_is_no_text(smsd, gammu):
    for words, udh in (("a", ""), ("a", ""), ("b", ""), ("", "050003A70202")):
        smsd.receive(words, udh=udh)

    first = texts(gammu)[0]
    gammu.taken_in(first)

    assert (first.body, [each.body for each in texts(gammu)]) == ("a", ["b"])
    marked = smsd.do('SELECT "TextDecoded" FROM inbox WHERE "Processed" = \'true\' ORDER BY 1')
    assert [row[0] for row in marked] == ["", "a", "a"]


def test_a_text_that_the_network_held_back_is_new(smsd, gammu):
    smsd.receive(REPORT, at=NOW - timedelta(hours=5))

    [found] = texts(gammu)

    assert found.sent_at == NOW - timedelta(hours=5)
    assert found.reconciled


def test_rows_of_long_ago_are_nobodys_business(smsd, gammu):
    smsd.receive(REPORT)
    smsd.do("UPDATE inbox SET \"UpdatedInDB\" = '2020-01-01 00:00:00'")

    assert (texts(gammu), list(gammu.inbound_since(HOUR_AGO))) == ([], [])


def test_a_time_that_is_none_does_not_keep_a_text_back(tmp_path):
    url = f"sqlite:///{tmp_path / 'smsd.db'}"
    Smsd(url).receive(REPORT, ReceivingDateTime="0000-00-00 00:00:00")  # PostgreSQL would refuse it

    [found] = texts(gammu_at(url))

    assert (found.body, found.sent_at) == (REPORT, None)


@pytest.mark.parametrize("impossible", ["2001-01-01 00:00:00", "2099-01-01 00:00:00"])
def test_a_time_that_no_text_can_be_from_is_none(smsd, gammu, impossible):
    smsd.receive(REPORT, ReceivingDateTime=impossible)

    [found] = texts(gammu)

    assert (found.body, found.sent_at) == (REPORT, None)


def test_what_another_program_has_marked_is_found_by_reconciliation_under_the_same_id(smsd, gammu):
    smsd.receive("second")
    smsd.receive("first", at=NOW - timedelta(minutes=1))
    ids = {each.body: each.carrier_id for each in texts(gammu)}
    smsd.do("UPDATE inbox SET \"Processed\" = 'true'")

    found = list(gammu.inbound_since(HOUR_AGO))

    assert texts(gammu) == []
    assert [(each.body, each.carrier_id, each.reconciled) for each in found] == [
        ("first", ids["first"], True),
        ("second", ids["second"], True),
    ]


def test_where_no_modem_lives_nothing_more_can_come_in(smsd, gammu):
    """Of a pool one is enough: those that were replaced stand in the table for ever."""
    smsd.receive(REPORT)
    unknown = gammu.silence()
    smsd.see("modem1", timedelta(minutes=6))

    assert (unknown, gammu.silence()[:29]) == ("", "no modem has been there since")
    assert [each.body for each in gammu.inbound_since(HOUR_AGO)] == [REPORT]  # what did come in is given

    smsd.see("modem2", timedelta(minutes=4))

    assert gammu.silence() == ""


def test_a_text_goes_into_the_outbox_for_any_modem_with_a_delivery_report(smsd, gammu):
    result = gammu.send(TEXT)

    [row] = smsd.do("SELECT * FROM outbox")
    assert result == Sent(row.CreatorID)
    assert (row.DestinationNumber, row.TextDecoded, row.UDH) == (PHONE, "halo", None)
    assert (row.SenderID, row.DeliveryReport) == (None, "yes")
    assert row.MultiPart in (False, "false")
    assert smsd.do("SELECT * FROM outbox_multipart") == []


@pytest.mark.parametrize(
    ("body", "parts", "coding"),
    [
        pytest.param("a" * 160, 1, "Default_No_Compression", id="one segment"),
        pytest.param("a" * 161, 2, "Default_No_Compression", id="two segments"),
        pytest.param("a" * 152 + "[" + "b" * 20, 2, "Default_No_Compression", id="a bracket is not torn"),
        pytest.param("é" * 400, 3, "Default_No_Compression", id="three"),
        pytest.param("ж" * 70, 1, "Unicode_No_Compression", id="outside GSM-7"),
        pytest.param("ж" * 66 + "😀😀😀", 2, "Unicode_No_Compression", id="an emoji is not torn"),
    ],
)
def test_a_long_text_is_split_here_and_its_parts_belong_together(smsd, gammu, body, parts, coding):
    gammu.send(OutboundText(7, PHONE, body))

    rows = smsd.do('SELECT "TextDecoded", "UDH", "Coding" FROM outbox')
    rows += smsd.do('SELECT "TextDecoded", "UDH", "Coding" FROM outbox_multipart ORDER BY "SequencePosition"')
    assert "".join(row.TextDecoded for row in rows) == body
    assert [row.TextDecoded for row in rows] == split(body)
    assert {row.Coding for row in rows} == {coding}
    if parts > 1:
        assert [row.UDH[8:] for row in rows] == [f"{parts:02X}{part:02X}" for part in range(1, parts + 1)]
        assert {row.UDH[:6] for row in rows} == {"050003"}
        assert len({row.UDH[:8] for row in rows}) == 1
        assert smsd.do('SELECT "ID" FROM outbox WHERE "MultiPart" = \'true\'')


@pytest.mark.parametrize("body", ["halo", "a" * 300], ids=["short", "long"])
@pytest.mark.parametrize("left", [False, True], ids=["in the outbox", "sent"])
def test_only_the_very_text_to_that_number_since_then_is_found(smsd, gammu, body, left):
    sent = gammu.send(OutboundText(7, PHONE, body))
    if left:
        smsd.send_all()

    assert gammu.find_sent(PHONE, body, HOUR_AGO) == (sent.carrier_id,)
    assert gammu.find_sent(PHONE, body[:-1], HOUR_AGO) == ()
    assert gammu.find_sent("+6281200000002", body, HOUR_AGO) == ()
    assert gammu.find_sent(PHONE, body, NOW + timedelta(minutes=4)) == (sent.carrier_id,)  # our clock
    assert gammu.find_sent(PHONE, body, NOW + timedelta(hours=1)) == ()


def test_texts_of_other_programs_are_theirs(smsd, gammu):
    smsd.sent(1, PHONE, 1, "halo", "", "wammu")

    assert gammu.find_sent(PHONE, "halo", HOUR_AGO) == ()
    assert reports(gammu) == []


@pytest.mark.parametrize(("status", "ours"), STATUSES.items())
def test_what_became_of_a_text_is_told_once(smsd, gammu, status, ours):
    sent = gammu.send(TEXT)
    smsd.send_all(status)

    told, again = reports(gammu), reports(gammu)

    assert [(each.carrier_id, each.status, each.sent_on) for each in told] == [(sent.carrier_id, *ours)]
    assert (told[0].error_code is None) is (ours[0] in ("sent", "delivered"))
    assert again == []


def test_a_status_that_changes_is_told_again(smsd, gammu):
    gammu.send(TEXT)
    smsd.send_all()
    first = reports(gammu)
    smsd.set_status("DeliveryOK")

    assert [each.status for each in (*first, *reports(gammu))] == ["sent", "delivered"]


def test_a_status_is_told_after_the_clock_was_set_back(smsd, gammu):
    gammu.send(TEXT)
    smsd.send_all()
    smsd.do("""UPDATE sentitems SET "UpdatedInDB" = '2099-01-01 00:00:00'""")
    first = reports(gammu)
    gammu.send(TEXT)
    smsd.send_all("SendingError")

    assert [[each.status for each in found] for found in (first, reports(gammu), reports(gammu))] == [
        ["sent"],
        ["failed"],
        [],
    ]


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        pytest.param(["DeliveryOK", "DeliveryOK"], "delivered", id="both"),
        pytest.param(["DeliveryOK", "SendingOK"], "sent", id="one"),
        pytest.param(["DeliveryOK", "DeliveryFailed"], "undelivered", id="one did not arrive"),
        pytest.param(["SendingError", "SendingOK"], "failed", id="one did not leave"),
        pytest.param(["DeliveryOK"], "sent", id="the second is not there yet"),
    ],
)
def test_a_long_text_is_delivered_when_all_of_it_is(smsd, gammu, statuses, status):
    sent = gammu.send(OutboundText(7, PHONE, "a" * 200))
    for part, each in enumerate(statuses, 1):
        smsd.sent(1, PHONE, part, "a", f"050003A702{part:02X}", sent.carrier_id, each)

    assert [each.status for each in reports(gammu)] == [status]


def test_a_text_that_no_modem_begins_with_is_taken_back_after_its_time(smsd, gammu):
    sent = gammu.send(OutboundText(7, PHONE, "a" * 200))
    before = reports(gammu)

    with time_machine.travel(NOW + timedelta(minutes=62)):
        after = reports(gammu)

    assert (before, after) == ([], [StatusReport(sent.carrier_id, "expired", sent_on=False)])
    assert smsd.do("SELECT * FROM outbox") == smsd.do("SELECT * FROM outbox_multipart") == []


def test_what_was_taken_back_is_told_again_where_it_could_not_be_stored(gammu):
    sent = gammu.send(TEXT)

    with time_machine.travel(NOW + timedelta(minutes=62)):
        untold = gammu.waiting(HOUR_AGO)
        found = next(untold)
        untold.close()
        again, told = reports(gammu), reports(gammu)

    assert [found] == again == [StatusReport(sent.carrier_id, "expired", sent_on=False)]
    assert told == []


def test_a_text_that_a_modem_has_begun_with_is_left_to_it(smsd, gammu):
    gammu.send(TEXT)
    smsd.do("UPDATE outbox SET \"SendingTimeOut\" = '2024-11-27 13:00:00'")

    with time_machine.travel(NOW + timedelta(minutes=62)):
        after = reports(gammu)

    assert after == []
    assert len(smsd.do("SELECT * FROM outbox")) == 1


def test_nothing_is_sent_to_a_number_of_the_sample(smsd, gammu):
    result = gammu.send(OutboundText(7, "+628410000012", "halo"))

    assert (result, smsd.do("SELECT * FROM outbox")) == (SendFailed("sample_number", retry=False), [])


@pytest.mark.parametrize("url", ["sqlite:///{folder}/none.db", "postgresql://u@127.0.0.1:9/none"])
def test_a_database_that_is_not_there_is_tried_again_and_never_made(tmp_path, url):
    gammu = gammu_at(url.format(folder=tmp_path))
    questions = (
        lambda: gammu.find_sent(PHONE, "halo", NOW),
        lambda: list(gammu.inbound_since(NOW)),
        lambda: list(gammu.waiting(NOW)),
    )

    assert gammu.send(TEXT) == SendFailed("OperationalError", retry=True)
    for question in questions:
        with pytest.raises(OSError, match="SMSD's database cannot be asked"):
            question()
    assert list(tmp_path.iterdir()) == []


def test_tables_that_are_not_there_are_tried_again(databases):
    gammu = gammu_at(databases.empty())

    result = gammu.send(TEXT)

    assert (result.retry, result.unsure) == (True, False)
