"""The message log: what the search box means."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from config.phones import e164
from gateway.pages.page import View
from models import log_search
from models.log_search import ALL, KINDS, Page, Wanted
from models.messages import storable
from models.stations import station_by_number
from models.traffic import NEWEST

STATION = re.compile(r"(?:tps|station)[\s.:#-]*([0-9]{1,18})", re.IGNORECASE)
NUMBER = re.compile(r"[+(]?[0-9][0-9 ()./-]{8,20}")
MOST_SHOWN = 50
LONGEST_SEARCH = 200  # characters


@dataclass(frozen=True, slots=True)
class LogPage:
    """What was looked for, as typed, and a page of what was found."""

    typed: str
    kind: str
    page: Page


def log_page(view: View) -> LogPage:
    """Search the log as the address asks."""
    typed = storable(view.request.args.get("q", "")).strip()[:LONGEST_SEARCH]
    kind = view.request.args.get("kind", ALL)
    kind = kind if kind in KINDS else ALL
    before = view.request.args.get("before", NEWEST, type=int)
    with view.service.store.reading() as db:
        wanted = _wanted(db, view, typed, kind)
        found = log_search.search(db, wanted, min(before, NEWEST), MOST_SHOWN)
    return LogPage(typed, kind, found)


def _wanted(db: Connection, view: View, typed: str, kind: str) -> Wanted:
    """Read a station (``TPS 012``) or a whole number; anything else is words."""
    if (match := STATION.fullmatch(typed)) and (station := station_by_number(db, int(match[1]))):
        return Wanted(kind, station_id=station.id)
    if NUMBER.fullmatch(typed) and (phone := e164(typed, view.service.election.country)):
        return Wanted(kind, phone=phone)
    return Wanted(kind, words=typed)
