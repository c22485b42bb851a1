"""The published questionnaires, with their wording in all languages."""

from flask import Blueprint, Response, request

from kiosk.centre import service as centres
from kiosk.edge.transaction import reading
from kiosk.errors import BadFieldError, NotFoundError
from kiosk.survey import schema, service
from kiosk.survey.rules import Survey

# The newest version may be replaced at any moment; a version itself never changes.
NEWEST = "public, no-cache"
ONE_VERSION = "public, max-age=31536000, immutable"

blueprint = Blueprint("surveys_api", __name__, url_prefix="/api/v1/surveys")


@blueprint.get("/<string:code>")
def show(code: str) -> Response:
    """Return a survey: the newest version, or the one asked for by `?version=`."""
    session = reading()
    centre_id = centres.only_centre(session).id
    asked = request.args.get("version")
    if asked is None:
        survey = service.current(session, centre_id, code)
    else:
        survey = service.find(session, centre_id, code, _version(asked))
    if survey is None:
        raise NotFoundError(survey=code[:32])
    return _published(survey, NEWEST if asked is None else ONE_VERSION)


def _version(asked: str) -> int:
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        raise BadFieldError(field="version", reason="a whole number")
    return int(asked)


def _published(survey: Survey, cache_control: str) -> Response:
    definition = schema.definition_of(survey)
    response = Response(
        schema.canonical_json(definition), content_type="application/json"
    )
    response.set_etag(schema.sha256_of(definition))
    response.headers["Cache-Control"] = cache_control
    response.make_conditional(request)
    return response
