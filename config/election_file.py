"""The election file (SPEC section 7): TOML in, an ``Election`` or one line of ``ConfigError`` out."""

from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from config.contest_table import read_contests
from config.election import Election, ReminderPlan, Rules, Sending, SummaryPlan
from config.errors import ConfigError
from config.language import Lang
from config.phones import e164, is_country
from config.toml_table import Table, parse_toml, shown

LONGEST_NAME = 80  # characters, of the election
MOST_PER_MINUTE = 10_000
LEAST_PER_SECOND, MOST_PER_SECOND = Decimal("0.01"), Decimal(1000)
MOST_VOTERS = 99_999  # of one station
WEEK = timedelta(weeks=1)


def read_election(path: Path) -> Election:
    """Give the election of a file; ConfigError where it cannot be read or breaks a rule."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); see PANTAU_ELECTION") from None
    try:
        text = raw.decode("utf-8-sig")  # Notepad puts a mark before the text
    except UnicodeDecodeError as error:
        line = 1 + raw[: error.start].count(b"\n")
        raise ConfigError(f"{path.name}, line {line}: not UTF-8; save the file as UTF-8") from None
    return parse_election(text, path.name)


def parse_election(text: str, name: str) -> Election:
    """Give the election of a text; ``name`` stands for the file in a ConfigError."""
    root = parse_toml(text, name)
    root.only(
        *("name", "timezone", "country", "language", "opens", "closes"),
        *("contest", "rules", "summary", "reminder", "sending", "operator"),
    )
    zone, country = _zone(root), _country(root)
    opens, closes = _moment(root, "opens", zone), _moment(root, "closes", zone)
    if opens and closes and closes <= opens:
        raise root.error("closes", "closes is not after opens")
    return Election(
        name=root.text("name", LONGEST_NAME),
        timezone=zone,
        country=country,
        language=root.one_of("language", *Lang),
        contests=read_contests(root),
        opens=opens,
        closes=closes,
        rules=_rules(root.table("rules")),
        summaries=tuple(_summary(table, zone, opens, closes) for table in root.tables("summary")),
        reminders=tuple(_reminder(table, zone) for table in root.tables("reminder")),
        sending=_sending(root.table("sending"), country),
        operator_phones=_operator_phones(root.table("operator"), country),
        source=text,
    )


def _zone(root: Table) -> ZoneInfo:
    name = root.text("timezone", 60)
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # none, "../x", "Asia" (a folder)
        trouble = f'there is no time zone "{shown(name)}"; write one such as "Asia/Jakarta"'
        raise root.error("timezone", trouble) from None


def _country(root: Table) -> str:
    code = root.text("country", 40).upper()
    if not is_country(code):
        raise root.error("country", f'there is no country "{shown(code)}"; write two letters such as "ID"')
    return code


def _moment(table: Table, key: str, zone: ZoneInfo) -> datetime | None:
    return table.moment(key, zone) if key in table else None


def _rules(table: Table) -> Rules:
    table.only(*(field.name for field in fields(Rules)))
    usual = Rules()
    return Rules(
        spare_ballots_percent=table.decimal(
            "spare_ballots_percent", Decimal(0), Decimal(100), usual.spare_ballots_percent
        ),
        station_cap=table.whole("station_cap", 1, MOST_VOTERS, usual.station_cap),
        unknown_senders=table.one_of("unknown_senders", "refuse", "hold", default=usual.unknown_senders),
        correction_window=table.duration("correction_window", WEEK, usual.correction_window),
        suspicious_difference=table.decimal(
            "suspicious_difference", Decimal(0), Decimal(1), usual.suspicious_difference
        ),
        messages_per_minute=table.whole("messages_per_minute", 1, MOST_PER_MINUTE, usual.messages_per_minute),
        pin=table.flag("pin", usual.pin),
    )


def _summary(table: Table, zone: ZoneInfo, opens: datetime | None, closes: datetime | None) -> SummaryPlan:
    table.only("to", "every", "from", "until", "unchanged")
    start = _moment(table, "from", zone) or opens
    until = _moment(table, "until", zone) or closes
    if start and until and until < start:
        late = "until" if "until" in table else "from"
        raise table.error(late, "the summary ends before it begins")
    return SummaryPlan(
        to=table.one_of("to", "official", "coordinator"),
        every=table.duration("every", WEEK),
        start=start,
        until=until,
        unchanged=table.one_of("unchanged", "skip", "short", default="skip"),
    )


def _reminder(table: Table, zone: ZoneInfo) -> ReminderPlan:
    table.only("at", "about")
    return ReminderPlan(
        at=table.moment("at", zone),
        about=table.one_of("about", "results", "present", "practice", default="results"),
    )


def _sending(table: Table, country: str) -> Sending:
    table.only("messages_per_second", "only")
    pace = table.decimal("messages_per_second", LEAST_PER_SECOND, MOST_PER_SECOND, Decimal(1))
    return Sending(float(pace), _phones(table, "only", country))


def _operator_phones(table: Table, country: str) -> tuple[str, ...]:
    table.only("phones")
    return _phones(table, "phones", country)


def _phones(table: Table, key: str, country: str) -> tuple[str, ...]:
    """Give the numbers in E.164, each once."""
    numbers: dict[str, None] = {}
    for index, written in enumerate(table.texts(key)):
        number = e164(written.strip(), country)
        if number is None:
            raise table.element_error(key, index, f'"{shown(written)}" cannot be a phone number')
        numbers[number] = None
    return tuple(numbers)
