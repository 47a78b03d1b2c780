"""The web application: the carriers' webhooks, and what tells whether the service is well."""

import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import structlog
from flask import Flask, Response, abort, jsonify, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from gateway.health import Readiness
from gateway.inbox import receive
from gateway.metrics import Metrics
from gateway.pages.board import board_pages
from gateway.pages.page import files, waiting_page
from gateway.pages.sandbox import sandbox_pages
from gateway.service import Service, WebCarrier
from models import delivery
from models.store import is_database_trouble

LARGEST_REQUEST = 64 * 1024  # bytes; a text of 1,600 characters needs 20 KiB at most, percent-encoded
MOST_FIELDS = 200
RETRY_SECONDS = "10"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

log = structlog.get_logger(__name__)


def create_app(service: Service, readiness: Readiness, metrics: Metrics | None = None) -> Flask:
    """Give the application of a service; only the webhooks of carriers in use exist."""
    app = bare_app(readiness, metrics or Metrics())
    counts = app.extensions["pantau_metrics"]
    for name, carrier in service.carriers.items():
        app.add_url_rule(f"/{name}/sms", f"{name}_sms", _texts_in(service, carrier, counts), methods=["POST"])
        app.add_url_rule(
            f"/{name}/status", f"{name}_status", _statuses(service, carrier, counts), methods=["POST"]
        )
    for pages in (files(), board_pages(service, readiness), sandbox_pages(service, counts)):
        if pages is not None:
            app.register_blueprint(pages)
    return app


def bare_app(readiness: Readiness, metrics: Metrics) -> Flask:
    """Give an application that only tells how the process is."""
    app = Flask("gateway", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.extensions["pantau_metrics"] = metrics
    app.after_request(_secure)
    if readiness.store is None:
        app.before_request(_wait_for_database)
        app.register_blueprint(files())
    app.register_error_handler(Exception, _failed)
    app.add_url_rule("/", "index", lambda: _plain("Pantau. /healthz /readyz /metrics"))
    app.add_url_rule("/healthz", "healthz", lambda: _plain("ok"))
    app.add_url_rule("/readyz", "readyz", lambda: _readyz(readiness))
    app.add_url_rule(
        "/metrics",
        "metrics",
        lambda: Response(metrics.shown(readiness.pulses), content_type="text/plain; version=0.0.4"),
    )
    return app


def _texts_in(service: Service, carrier: WebCarrier, metrics: Metrics) -> Callable[[], Response]:
    def sms() -> Response:
        """Take a text in: 403 from anyone but the carrier, 400 where it is no text."""
        began = time.perf_counter()
        _check_form()
        if not carrier.verify(request):
            abort(403)
        text = carrier.decode(request)
        if text is None:
            abort(400)
        answer = receive(service, text)
        metrics.came(carrier.name, answer.outcome, time.perf_counter() - began)
        if answer.reply is not None:
            metrics.left(carrier.name, "sent")
        return carrier.respond(answer)

    return sms


def _statuses(service: Service, carrier: WebCarrier, metrics: Metrics) -> Callable[[], Response]:
    def status() -> Response:
        """Take in a delivery report: 204, also for a text not known yet."""
        _check_form()
        if not carrier.verify(request):
            abort(403)
        report = carrier.decode_status(request)
        if report is None:
            abort(400)
        with service.store.transaction() as db:
            delivery.report(
                db,
                carrier=carrier.name,
                carrier_id=report.carrier_id,
                status=report.status,
                error_code=report.error_code,
                at=service.clock(),
                row_id=report.row_id,
            )
        metrics.left(carrier.name, report.status)
        return Response(status=204)

    return status


def _check_form() -> None:
    """Refuse a form that is not UTF-8: Flask would hand on something that nobody sent."""
    if request.mimetype == "application/x-www-form-urlencoded":
        try:
            parse_qsl(request.get_data().decode("utf-8"), keep_blank_values=True, errors="strict")
        except ValueError:
            abort(400)


def _wait_for_database() -> Response | None:
    """Take nothing while there is nowhere to store it; tell only how the process is."""
    if request.endpoint in ("healthz", "readyz", "metrics", "pages.static"):
        return None
    if request.method == "GET" and request.path.startswith("/board"):
        return waiting_page(request)
    return _unavailable()


def _readyz(readiness: Readiness) -> Response:
    not_well = readiness.not_well()
    response = jsonify(ready=not not_well, not_well=not_well)
    response.status_code = 503 if not_well else 200
    return response


def _failed(error: Exception) -> Response:
    """Answer what went wrong. A text that could not be stored is a 503, so that the carrier tries
    again or reconciliation finds it; anything else is a bug."""
    if isinstance(error, RequestEntityTooLarge):
        return _plain("Bad Request", 400)
    if isinstance(error, HTTPException):
        return _plain(error.name, error.code or 500)
    if is_database_trouble(error):
        log.error("could not be stored", path=request.path, trouble=_trouble(error))
        return _unavailable()
    log.error("bug", path=request.path, exc_info=error)
    return _plain("Internal Server Error", 500)


def _trouble(error: Exception) -> str:
    """Name the trouble without what was being stored."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return f"{type(cause).__name__}: {str(cause).splitlines()[0] if str(cause) else ''}"


def _unavailable() -> Response:
    response = _plain("Service Unavailable", 503)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _plain(words: str, status: int = 200) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")
