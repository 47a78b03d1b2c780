"""The board: what the command room looks at (SPEC section 9). Read only."""

from functools import partial

import structlog
from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from config.settings import SANDBOX
from gateway.health import Readiness
from gateway.pages.lists import KINDS, MANY, Desk, listed
from gateway.pages.log import log_page
from gateway.pages.overview import Board
from gateway.pages.page import View, page
from gateway.pages.password import Gate
from gateway.pages.station import station_page
from gateway.service import Service
from models import attention, log_search, people, tally
from models.district_stations import stations_now
from models.progress import district_by_name, district_progress
from models.store import is_database_trouble
from models.traffic import NEWEST

STATIONS_ON_A_PAGE = 60

log = structlog.get_logger(__name__)


def board_pages(service: Service, readiness: Readiness) -> Blueprint | None:
    """Give the pages; None where they are neither open nor have a password."""
    is_open = SANDBOX in service.carriers
    password = None if is_open else service.settings.operator_password
    if not is_open and not password:
        return None
    pages = Blueprint("board", __name__)
    gate, board = Gate(password), Board(service, readiness)
    pages.before_request(lambda: gate.refusal(request))
    pages.after_request(lambda response: gate.remember(response, secure=request.is_secure))
    pages.register_error_handler(SQLAlchemyError, partial(_away, service))
    pages.register_error_handler(404, partial(_not_found, service))
    for path, view in (
        ("/board", _overview),
        ("/board/list/<kind>", _list),
        ("/board/district/<path:name>", _district),
        ("/board/station/<code>", _station),
        ("/board/messages", _messages),
    ):
        pages.add_url_rule(path, view.__name__.strip("_"), partial(view, board), strict_slashes=False)
    pages.add_url_rule("/board/<path:_nothing>", "nothing", _nothing)
    return pages


def _overview(board: Board) -> Response:
    view = View.of(board.service, request)
    found = board.overview(view, _place("districts") or 0)
    return page(view, "board.html", found=found)


def _list(board: Board, kind: str) -> Response:
    if kind not in KINDS:
        abort(404)
    view = View.of(board.service, request)
    with board.service.store.reading() as db:
        every = district_progress(db)
        desk = Desk(db, board.service.election, every, attention.attention_counts(db))
        found = listed(desk, board.looks, kind, _place("after"), MANY)
    return page(view, "list.html", found=found, is_first=_place("after") is None)


def _district(board: Board, name: str) -> Response:
    view = View.of(board.service, request)
    after = _place("after")
    with board.service.store.reading() as db:
        district = district_by_name(db, name)
        if district is None:
            abort(404)
        rows = stations_now(db, district, after or 0, STATIONS_ON_A_PAGE + 1)
        totals = tally.totals(db, board.service.election, [district])
        coordinators = people.coordinators_of(db, district.id)
    shown = rows[:STATIONS_ON_A_PAGE]
    return page(
        view,
        "district.html",
        district=district,
        totals=totals,
        coordinators=coordinators,
        rows=shown,
        after=shown[-1].station.number if len(rows) > len(shown) else None,
        is_first=after is None,
    )


def _station(board: Board, code: str) -> Response:
    view = View.of(board.service, request)
    found = station_page(view, code)
    if found is None:
        abort(404)
    return page(view, "station.html", found=found)


def _messages(board: Board) -> Response:
    view = View.of(board.service, request)
    return page(view, "messages.html", found=log_page(view), kinds=log_search.KINDS)


def _nothing(_nothing: str) -> Response:
    """Ask for the password before saying that there is no such page."""
    abort(404)


def _not_found(service: Service, _error: Exception) -> Response:
    return page(View.of(service, request), "not_found.html", 404)


def _away(service: Service, error: SQLAlchemyError) -> Response:
    """Say that the database does not answer, on a page that tries again; anything else is a bug."""
    if not is_database_trouble(error):
        raise error
    log.error("board could not be read", path=request.path, trouble=type(error).__name__)
    response = page(View.of(service, request), "away.html", 503)
    response.headers["Retry-After"] = "5"
    return response


def _place(name: str) -> int | None:
    """Read where a page of a list begins; what is no such place is the beginning."""
    given = request.args.get(name, type=int)
    return None if given is None or not 0 <= given <= NEWEST else given
