"""The web application: the carriers' webhooks, and what tells whether the service is well."""

import time
from collections.abc import Callable, Collection, Iterable
from functools import partial
from urllib.parse import unquote_to_bytes, urlsplit

import structlog
from flask import Flask, Request, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from config.log import Seldom
from config.settings import SANDBOX
from gateway.collecting import take_report
from gateway.health import ELECTION, Readiness
from gateway.inbox import receive
from gateway.listening import is_loopback
from gateway.metrics import Metrics
from gateway.pages.board import board_pages
from gateway.pages.page import files, waiting_page
from gateway.pages.sandbox import sandbox_pages
from gateway.service import Answer, Service, WebCarrier, utc_now
from gateway.spool import Spool
from models.store import is_database_trouble, trouble
from notify.carrier import Carrier, InboundText, StatusReport

LARGEST_REQUEST = 512 * 1024  # bytes; a text of 1,600 characters needs 20 KiB at most, percent-encoded
MOST_FIELDS = 200
RETRY_SECONDS = "10"
# Endpoints, whether or not there is a database.
ALWAYS_THERE = ("healthz", "readyz", "metrics", "pages.static")
SECURITY_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    (
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]

log = structlog.get_logger(__name__)

Found = InboundText | StatusReport
Take = Callable[[Found, float], Answer | None]  # what a request brought, and when it began


def create_app(service: Service, readiness: Readiness, metrics: Metrics | None = None) -> Flask:
    """Give the application of a service; only the webhooks of carriers in use exist."""
    counts = metrics or Metrics()
    app = bare_app(readiness, counts)
    if SANDBOX in service.carriers:
        app.before_request(_only_from_here)
    for carrier in _with_webhooks(service.carriers.values()):
        take: Take = partial(_take, service, carrier.name, counts)
        if carrier.spooled:
            take = _or_keep(Spool.of(service.settings), carrier.name, take)
        _add_webhooks(app, carrier, take)
    for pages in (files(), board_pages(service, readiness), sandbox_pages(service, counts)):
        if pages is not None:
            app.register_blueprint(pages)
    return app


def waiting_app(readiness: Readiness, metrics: Metrics, spool: Spool, carriers: Iterable[Carrier]) -> Flask:
    """Give the application of a process whose database has not answered yet. It takes nothing but
    what would be lost by waiting."""
    spooled = [carrier for carrier in _with_webhooks(carriers) if carrier.spooled]
    endpoints = [f"{carrier.name}_{path}" for carrier in spooled for path in ("sms", "status")]
    app = bare_app(readiness, metrics, there=(*ALWAYS_THERE, *endpoints))
    for carrier in spooled:
        _add_webhooks(app, carrier, _or_keep(spool, carrier.name, None))
    return app


def bare_app(readiness: Readiness, metrics: Metrics, *, there: Collection[str] = ALWAYS_THERE) -> Flask:
    """Give an application that only tells how the process is. Before the database has answered
    nothing but the endpoints ``there`` takes anything."""
    app = Flask("gateway", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.wsgi_app = _secured(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation does
    if readiness.store is None:
        app.before_request(lambda: None if request.endpoint in there else _not_yet())
        app.register_blueprint(files())
    app.register_error_handler(Exception, _failed)
    app.add_url_rule("/", "index", lambda: _plain(f"Pantau. {' '.join(_to_look_at(app))}"))
    app.add_url_rule("/healthz", "healthz", lambda: _plain("ok"))
    app.add_url_rule("/readyz", "readyz", lambda: _readyz(readiness))
    app.add_url_rule(
        "/metrics",
        "metrics",
        lambda: Response(metrics.shown(readiness.pulses), content_type="text/plain; version=0.0.4"),
    )
    return app


def _to_look_at(app: Flask) -> list[str]:
    """Give what there is to look at here, people's pages first."""
    there = {rule.rule for rule in app.url_map.iter_rules()}
    return [path for path in ("/board", "/sandbox", "/healthz", "/readyz", "/metrics") if path in there]


def _with_webhooks(carriers: Iterable[Carrier]) -> list[WebCarrier]:
    return [carrier for carrier in carriers if isinstance(carrier, WebCarrier)]


def _add_webhooks(app: Flask, carrier: WebCarrier, take: Take) -> None:
    for path, decode in (("sms", carrier.decode), ("status", carrier.decode_status)):
        app.add_url_rule(
            f"/{carrier.name}/{path}",
            f"{carrier.name}_{path}",
            _webhook(carrier, decode, take),
            methods=[carrier.method],
        )


def _webhook(
    carrier: WebCarrier, decode: Callable[[Request], Found | None], take: Take
) -> Callable[[], Response]:
    seldom = Seldom()

    def webhook() -> Response:
        """Take in what a carrier brings: 403 from anyone but the carrier, 400 where it is nothing; 200
        to one that would take any other answer as a failure, and bring it again for nothing."""
        began = time.perf_counter()
        here = request._get_current_object()  # type: ignore[attr-defined]  # looked up once, not each time
        if here.method != carrier.method:  # with GET comes HEAD, which brings nothing
            abort(405, valid_methods=[carrier.method])
        if not carrier.verify(here):
            if seldom():
                log.warning("refused: not signed as the carrier signs; pantau doctor", path=here.path)
            abort(403)
        _check_form(here)
        found = decode(here)
        if found is None:
            if not carrier.spooled:
                abort(400)
            log.warning("nothing that can be read", path=request.path)  # any other answer throws it away
            return carrier.respond(None)
        return carrier.respond(take(found, began))

    return webhook


def _take(service: Service, carrier: str, metrics: Metrics, found: Found, began: float) -> Answer | None:
    """Take in a text, or a delivery report, also for a text not known yet."""
    match found:
        case StatusReport():
            take_report(service, carrier, found, metrics)
            return None
        case InboundText():
            answer = receive(service, found)
            metrics.came(carrier, answer)
            metrics.answered(carrier, time.perf_counter() - began)
            return answer


def _or_keep(spool: Spool, carrier: str, take: Take | None) -> Take:
    def or_keep(found: Found, began: float) -> Answer | None:
        """Take it in; where that fails, whatever the reason, keep it until it can be."""
        if take is not None:
            try:
                return take(found, began)
            except Exception as error:
                if is_database_trouble(error):
                    log.warning("kept until it can be stored", carrier=carrier, trouble=trouble(error))
                else:
                    log.error("bug", path=request.path, exc_info=error)
        spool.keep(carrier, found, utc_now())
        return None

    return or_keep


def _check_form(request: Request) -> None:
    """Refuse a form that is not UTF-8: Flask would hand on something that nobody sent."""
    if request.mimetype == "application/x-www-form-urlencoded":
        try:
            unquote_to_bytes(request.get_data()).decode("utf-8")
        except ValueError:
            abort(400)


def _not_yet() -> Response:
    """Say that there is nowhere to store anything; on a page, where someone looks at one."""
    if request.method == "GET" and request.path.startswith("/board"):
        return waiting_page(request)
    return _unavailable()


def _only_from_here() -> None:
    """Refuse what a page of another site would have a browser on this machine do in the sandbox, which asks
    nobody who they are: read it by a name of theirs that has come to mean this machine, or write to it."""
    if "Host" in request.headers and not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        abort(403)
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _readyz(readiness: Readiness) -> Response:
    not_well = readiness.not_well()
    response = jsonify(ready=not not_well, not_well=not_well)
    response.status_code = 503 if not_well else 200
    response.headers[ELECTION] = str(readiness.election_id or "")
    return response


def _failed(error: Exception) -> Response:
    """Answer what went wrong. A text that could not be stored is a 503, so that the carrier tries
    again or reconciliation finds it; anything else is a bug."""
    if isinstance(error, RequestEntityTooLarge):
        return _plain("Bad Request", 400)
    if isinstance(error, HTTPException):
        response = _plain(error.name, error.code or 500)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response
    if is_database_trouble(error):
        log.error("could not be stored", path=request.path, trouble=trouble(error))
        return _unavailable()
    log.error("bug", path=request.path, exc_info=error)
    return _plain("Internal Server Error", 500)


def _unavailable() -> Response:
    response = _plain("Service Unavailable", 503)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _secured(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Give a WSGI application whose answers have the security headers that they do not have of themselves.
    Not by Flask's ``after_request``: there each is looked for, converted and checked anew for every text."""

    def secured(environ: object, start_response: Callable[..., object]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failed: object) -> object:
            given = {name.lower() for name, _ in headers}
            missing = [each for each in SECURITY_HEADERS if each[0].lower() not in given]
            return start_response(status, [*headers, *missing], *failed)

        return application(environ, start)

    return secured


def _plain(words: str, status: int = 200) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")
