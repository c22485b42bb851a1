"""The file of reference data into frozen types, or a list of faults naming file and key."""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from kiosk.centre import rules
from kiosk.core.text import normalise
from kiosk.errors import ReferenceDataError

Text = Annotated[str, AfterValidator(normalise), Field(min_length=1)]


def _point_code(text: str) -> str:
    if not rules.is_point_code(text):
        raise ValueError("a capital, then capitals and digits")
    return text


def _field_code(text: str) -> str:
    if not rules.is_field_code(text):
        raise ValueError("lower-case words joined by hyphens")
    return text


PointCode = Annotated[str, AfterValidator(_point_code)]
FieldCode = Annotated[str, AfterValidator(_field_code)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CentreRow(_Strict):
    """Who the centre is."""

    code: FieldCode
    name_vi: Text
    name_en: Text
    commune_vi: Text
    commune_en: Text
    source: Text


class FieldRow(_Strict):
    """A field of service."""

    code: FieldCode
    name_vi: Text
    name_en: Text


class PointRow(_Strict):
    """A place where citizens are asked, and the fields dealt with there."""

    code: PointCode
    name_vi: Text
    name_en: Text
    kind: Literal["counter", "exit", "hall"]
    fields: list[FieldCode]


class HoursRow(_Strict):
    """One session, on each of some weekdays."""

    weekdays: list[Annotated[int, Field(ge=0, le=6)]]
    opens: time
    closes: time


class CalendarRow(_Strict):
    """A day off, or a day worked instead."""

    day: date
    kind: Literal["off", "work"]
    note_vi: Text
    note_en: Text
    source: Text
    provisional: bool = False


class _Block(_Strict):
    source: Text
    confirmed: bool


class FieldBlock(_Block):
    """The fields, and where the list comes from."""

    rows: list[FieldRow]


class PointBlock(_Block):
    """The points, and where the list comes from."""

    rows: list[PointRow]


class HoursBlock(_Block):
    """The opening hours, and where they come from."""

    rows: list[HoursRow]


class Reference(_Strict):
    """Everything that an empty database is given."""

    centre: CentreRow
    fields: FieldBlock
    points: PointBlock
    opening_hours: HoursBlock
    calendar_days: list[CalendarRow]

    @model_validator(mode="after")
    def _points_name_known_fields(self) -> "Reference":
        known = {row.code for row in self.fields.rows}
        named = {code for row in self.points.rows for code in row.fields}
        if unknown := sorted(named - known):
            raise ValueError(f"points: unknown fields {', '.join(unknown)}")
        return self


def read_reference(path: Path) -> Reference:
    """Read a file of reference data; raise ReferenceDataError naming file and key."""
    try:
        return Reference.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReferenceDataError(faults=[f"{path.name}: {error}"]) from error
    except ValidationError as error:
        faults = [
            f"{path.name}: {'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
        raise ReferenceDataError(faults=faults) from error
