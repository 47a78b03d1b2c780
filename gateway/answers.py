"""Short answers over HTTP, and what is answered where something went wrong."""

import structlog
from werkzeug import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from models.store import is_database_trouble, trouble

RETRY_SECONDS = "10"

log = structlog.get_logger(__name__)


def failed(error: Exception, path: str) -> Response:
    """Answer what went wrong. A text that could not be stored is a 503, so that the carrier tries
    again or reconciliation finds it; anything else is a bug."""
    if isinstance(error, RequestEntityTooLarge):
        return plain("Bad Request", 400)
    if isinstance(error, HTTPException):
        response = plain(error.name, error.code or 500)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response
    if is_database_trouble(error):
        log.error("could not be stored", path=path, trouble=trouble(error))
        return unavailable()
    log.error("bug", path=path, exc_info=error)
    return plain("Internal Server Error", 500)


def unavailable() -> Response:
    """Say that nothing can be stored now."""
    response = plain("Service Unavailable", 503)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def plain(words: str, status: int = 200) -> Response:
    """Give a line of text."""
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")
