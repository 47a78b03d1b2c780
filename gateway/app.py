"""The web application: pages, what tells whether the service is well, and before them the webhooks."""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from flask import Flask, jsonify, request
from werkzeug import Request, Response
from werkzeug.exceptions import Forbidden

from config.settings import SANDBOX
from gateway.answers import failed, plain, unavailable
from gateway.health import ELECTION, Readiness
from gateway.listening import is_loopback
from gateway.metrics import Metrics
from gateway.pages.board import board_pages
from gateway.pages.page import files, waiting_page
from gateway.pages.sandbox import sandbox_pages
from gateway.service import Service
from gateway.webhooks import LARGEST_REQUEST, MOST_FIELDS, Webhook, before, webhooks_of

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


def create_app(service: Service, readiness: Readiness, metrics: Metrics | None = None) -> Flask:
    """Give the application of a service; only the webhooks of carriers in use exist."""
    counts = metrics or Metrics()
    webhooks = webhooks_of(service, counts, _only_from_here if SANDBOX in service.carriers else None)
    app = bare_app(readiness, counts, webhooks)
    if SANDBOX in service.carriers:
        app.before_request(lambda: _only_from_here(request))
    for pages in (files(), board_pages(service, readiness), sandbox_pages(service, counts)):
        if pages is not None:
            app.register_blueprint(pages)
    return app


def bare_app(readiness: Readiness, metrics: Metrics, webhooks: Mapping[str, Webhook] | None = None) -> Flask:
    """Give an application that only tells how the process is, with webhooks before it. Before the database
    has answered nothing else takes anything."""
    app = Flask("gateway", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    application = before(app.wsgi_app, webhooks or {})
    app.wsgi_app = _secured(application)  # type: ignore[method-assign]  # as Flask's documentation does
    if readiness.store is None:
        app.before_request(lambda: None if request.endpoint in ALWAYS_THERE else _not_yet())
        app.register_blueprint(files())
    app.register_error_handler(Exception, lambda error: failed(error, request.path))
    app.add_url_rule("/", "index", lambda: plain(f"Pantau. {' '.join(_to_look_at(app))}"))
    app.add_url_rule("/healthz", "healthz", lambda: plain("ok"))
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


def _not_yet() -> Response:
    """Say that there is nowhere to store anything; on a page, where someone looks at one."""
    if request.method == "GET" and request.path.startswith("/board"):
        return waiting_page(request)
    return unavailable()


def _only_from_here(request: Request) -> None:
    """Refuse what a page of another site would have a browser on this machine do in the sandbox, which asks
    nobody who they are: read it by a name of theirs that has come to mean this machine, or write to it."""
    if "Host" in request.headers and not is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        raise Forbidden
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden


def _readyz(readiness: Readiness) -> Response:
    not_well = readiness.not_well()
    response = jsonify(ready=not not_well, not_well=not_well)
    response.status_code = 503 if not_well else 200
    response.headers[ELECTION] = readiness.election
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
