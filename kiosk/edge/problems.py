"""One error shape for programs, one kind page for people."""

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from structlog import get_logger
from werkzeug.exceptions import HTTPException, InternalServerError

from kiosk.edge.messages import MESSAGES
from kiosk.errors import DomainError, UnavailableError
from kiosk.extensions import db

RETRY_AFTER_SECONDS = 5
HTTP_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "media_type",
    503: "unavailable",
}
logger = get_logger(__name__)


def handle_errors(app: Flask) -> None:
    """Answer every error of the app in the one shape."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _token_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(Exception, _unexpected_error)


def problem(status: int, code: str, details: object) -> Response:
    """Build the JSON error of contract §4."""
    body = {"code": code, "message": str(MESSAGES[code]), "details": details}
    response = jsonify(error=body)
    response.status_code = status
    return response


def _answer(status: int, code: str, details: object) -> Response:
    if request.path.startswith("/api/"):
        return problem(status, code, details)
    page = render_template(
        "pages/error.html", status=status, code=code, message=MESSAGES[code]
    )
    return make_response(page, status)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    response = _answer(error.status, error.code, dict(error.details))
    if isinstance(error, UnavailableError):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if error.status == 429:
        response.headers["Retry-After"] = str(error.details["retry_after"])
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _token_error(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token is missing, foreign, or of a session that has ended."""
    return _answer(400, "page_expired", {})


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    status = error.code
    code = HTTP_CODES.get(status, "internal" if status >= 500 else "bad_request")
    response = _answer(status, code, {})
    response.headers.extend(
        (name, value)
        for name, value in error.get_headers()
        if name.lower() not in {"content-type", "content-length"}
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _database_error(error: DBAPIError) -> ResponseReturnValue:
    db.session.rollback()
    logger.error("database did not answer", error=type(error.orig).__name__)
    return _domain_error(UnavailableError())


def _unexpected_error(error: Exception) -> ResponseReturnValue:
    logger.error("request failed", endpoint=request.endpoint, exc_info=error)
    return _http_error(InternalServerError(original_exception=error))
