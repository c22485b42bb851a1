"""Publishing questionnaires once and for ever, and finding what was asked."""

from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from kiosk.errors import SurveyChangedError
from kiosk.survey import schema
from kiosk.survey.definition import CODE, MAX_VERSION
from kiosk.survey.models import SurveyVersion
from kiosk.survey.rules import Survey

REFERENCE_FOLDER = Path(__file__).parent / "data"

Key = tuple[int, str, int]
# A published version never changes (a trigger holds it), so the intake parses it once.
_parsed: WeakKeyDictionary[Engine, dict[Key, Survey]] = WeakKeyDictionary()


def publish(session: Session, now: datetime, centre_id: int, survey: Survey) -> bool:
    """Publish a version and retire the ones before it; tell whether it is new.

    The same definition again changes nothing; another one under a published version
    raises SurveyChangedError: answers would no longer say what was asked.
    """
    definition = schema.definition_of(survey)
    sha256 = schema.sha256_of(definition)
    known = session.get(SurveyVersion, (centre_id, survey.code, survey.version))
    if known is not None:
        if known.sha256 != sha256:
            raise SurveyChangedError(code=survey.code, version=survey.version)
        return False
    _retire_before(session, now, centre_id, survey)
    session.add(
        SurveyVersion(
            centre_id=centre_id,
            code=survey.code,
            version=survey.version,
            definition=definition,
            sha256=sha256,
            published_at=now,
        )
    )
    session.flush()
    return True


def _retire_before(
    session: Session, now: datetime, centre_id: int, survey: Survey
) -> None:
    session.execute(
        sa.update(SurveyVersion)
        .where(
            SurveyVersion.centre_id == centre_id,
            SurveyVersion.code == survey.code,
            SurveyVersion.version < survey.version,
            SurveyVersion.retired_at.is_(None),
        )
        .values(retired_at=now)
    )


def current(session: Session, centre_id: int, code: str) -> Survey | None:
    """Return the newest version that is not retired."""
    if not CODE.fullmatch(code):
        return None
    version = session.scalar(
        sa.select(sa.func.max(SurveyVersion.version)).where(
            SurveyVersion.centre_id == centre_id,
            SurveyVersion.code == code,
            SurveyVersion.retired_at.is_(None),
        )
    )
    return None if version is None else find(session, centre_id, code, version)


def find(session: Session, centre_id: int, code: str, version: int) -> Survey | None:
    """Return a published version, retired or not: old sheets arrive late.

    Costs a dictionary look-up after the first call on an engine.
    """
    parsed = _parsed.setdefault(_engine_of(session), {})
    key = (centre_id, code, version)
    if key not in parsed:
        # PostgreSQL refuses U+0000 and what passes its integer; a sheet may hold both.
        if not CODE.fullmatch(code) or not 0 < version <= MAX_VERSION:
            return None
        row = session.get(SurveyVersion, key)
        if row is None:
            return None
        parsed[key] = schema.parse_survey(row.definition, origin=f"{code}-{version}")
    return parsed[key]


def _engine_of(session: Session) -> Engine:
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine


def load_reference(session: Session, now: datetime, centre_id: int) -> list[Survey]:
    """Publish the questionnaires that come with this release; return the new ones."""
    surveys = [
        schema.read_survey(path) for path in sorted(REFERENCE_FOLDER.glob("*.toml"))
    ]
    return [survey for survey in surveys if publish(session, now, centre_id, survey)]
