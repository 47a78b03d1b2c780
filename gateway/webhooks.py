"""The carriers' webhooks: what a carrier's request brings is taken in, and its answer is the carrier's.

They stand before Flask, whose way to a view and back took an eighth of a report's time (docs/speed.md).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes

import structlog
from werkzeug import Request, Response
from werkzeug.exceptions import BadRequest, Forbidden, MethodNotAllowed

from config.log import Seldom
from gateway.answers import failed
from gateway.collecting import take_report
from gateway.inbox import receive
from gateway.metrics import Metrics
from gateway.server import Application
from gateway.service import Answer, Service, WebCarrier, utc_now
from gateway.spool import Spool
from models.store import is_database_trouble, trouble
from notify.carrier import Carrier, InboundText, StatusReport

LARGEST_REQUEST = 512 * 1024  # bytes; a text of 1,600 characters needs 20 KiB at most, percent-encoded
MOST_FIELDS = 200

log = structlog.get_logger(__name__)

Found = InboundText | StatusReport
Take = Callable[[Found, float], Answer | None]  # what a request brought, and when it began
Webhook = Callable[[Request], Response]
Check = Callable[[Request], None]  # raises HTTPException


class CarriersRequest(Request):
    """A request that is refused where it is larger than any of a carrier's."""

    max_content_length = LARGEST_REQUEST
    max_form_memory_size = LARGEST_REQUEST
    max_form_parts = MOST_FIELDS


def before(application: Application, webhooks: Mapping[str, Webhook]) -> Application:
    """Give a WSGI application that answers the paths of webhooks, and lets another answer the rest."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        webhook = webhooks.get(environ["PATH_INFO"])
        if webhook is None:
            return application(environ, start_response)
        with CarriersRequest(environ) as request:  # a file that came with it is closed
            try:
                response = webhook(request)
            except Exception as error:  # noqa: BLE001 - whatever it is, its carrier is answered
                response = failed(error, request.path)
        return response(environ, start_response)

    return answer


def webhooks_of(service: Service, metrics: Metrics, check: Check | None = None) -> dict[str, Webhook]:
    """Give the webhooks of a service's carriers, by path."""
    found = {}
    for carrier in _with_webhooks(service.carriers.values()):
        take: Take = partial(_take, service, carrier.name, metrics)
        if carrier.spooled:
            take = _or_keep(Spool.of(service.settings), carrier.name, take)
        found.update(_webhooks(carrier, take, check))
    return found


def keeping_webhooks(carriers: Iterable[Carrier], spool: Spool) -> dict[str, Webhook]:
    """Give the webhooks that take what would be lost by waiting for the database, and keep it."""
    found = {}
    for carrier in _with_webhooks(carriers):
        if carrier.spooled:
            found.update(_webhooks(carrier, _or_keep(spool, carrier.name, None)))
    return found


def _with_webhooks(carriers: Iterable[Carrier]) -> list[WebCarrier]:
    return [carrier for carrier in carriers if isinstance(carrier, WebCarrier)]


def _webhooks(carrier: WebCarrier, take: Take, check: Check | None = None) -> dict[str, Webhook]:
    decoders = {"sms": carrier.decode, "status": carrier.decode_status}
    return {
        f"/{carrier.name}/{path}": _webhook(carrier, decode, take, check) for path, decode in decoders.items()
    }


def _webhook(
    carrier: WebCarrier, decode: Callable[[Request], Found | None], take: Take, check: Check | None
) -> Webhook:
    seldom = Seldom()

    def webhook(request: Request) -> Response:
        """Take in what a carrier brings: 403 from anyone but the carrier, 400 where it is nothing; 200
        to one that would take any other answer as a failure, and bring it again for nothing."""
        began = time.perf_counter()
        if check is not None:
            check(request)
        if request.method != carrier.method:
            raise MethodNotAllowed(valid_methods=[carrier.method])
        if not carrier.verify(request):
            if seldom():
                log.warning("refused: not signed as the carrier signs; pantau doctor", path=request.path)
            raise Forbidden
        _check_form(request)
        found = decode(request)
        if found is None:
            if not carrier.spooled:
                raise BadRequest
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
                    log.error("bug", carrier=carrier, exc_info=error)
        spool.keep(carrier, found, utc_now())
        return None

    return or_keep


def _check_form(request: Request) -> None:
    """Refuse a form that is not UTF-8: Werkzeug would hand on something that nobody sent."""
    if request.mimetype == "application/x-www-form-urlencoded":
        try:
            unquote_to_bytes(request.get_data()).decode("utf-8")
        except ValueError as error:
            raise BadRequest from error
