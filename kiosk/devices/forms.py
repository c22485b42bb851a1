"""Forms about tablets; what was typed stays in the page when it is refused."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from kiosk.centre.forms import options
from kiosk.core.text import normalise
from kiosk.devices.rules import read_pairing_code
from kiosk.devices.service import MAX_NAME, Place

UNKNOWN_CODE = _(
    "Không có máy nào đang chờ với mã này. Mã chỉ dùng được 10 phút: xin xem lại mã đang hiện trên máy."
)


def _clean(text: str | None) -> str:
    return " ".join(normalise(text or "").split())


class CodeForm(FlaskForm):
    """The code that a tablet shows."""

    code = StringField(_("Mã trên máy"), filters=[_clean])

    def validate_code(self, field: StringField) -> None:
        """Refuse at once what can be no code."""
        if read_pairing_code(field.data) is None:
            raise ValidationError(
                _("Mã gồm sáu chữ và số, viết như trên màn hình của máy: K7M-3Q9.")
            )


class PlaceForm(FlaskForm):
    """What a tablet is called, and where it stands."""

    name = StringField(
        _("Tên máy"),
        filters=[_clean],
        validators=[
            DataRequired(_("Ghi tên để nhận ra máy.")),
            Length(max=MAX_NAME, message=_("Dài quá %(max)d ký tự.")),
        ],
    )
    point = SelectField(_("Đặt tại"), validate_choice=False)

    def offer(self, points: Mapping[str, object]) -> None:
        """Let only these points be chosen."""
        self.point.choices = options(points)

    def validate_point(self, field: SelectField) -> None:
        """Refuse a point that was closed while the page stood open."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Chọn một điểm trong danh sách."))

    def place(self) -> Place:
        """Return what was filled in, after validation."""
        return Place(self.point.data, self.name.data)


class NewTabletForm(PlaceForm):
    """A tablet that has never been here."""

    code = HiddenField()


class KnownTabletForm(FlaskForm):
    """A tablet that has lost its key."""

    code = HiddenField()
    device = RadioField(
        _("Máy nào"),
        validators=[InputRequired(_("Chọn máy được ghép lại."))],
        validate_choice=False,
    )

    def offer(self, tablets: Iterable[tuple[UUID, object]]) -> None:
        """Let only these tablets be chosen."""
        self.device.choices = [(str(identity), name) for identity, name in tablets]

    def validate_device(self, field: RadioField) -> None:
        """Refuse what is not in the list."""
        if field.data not in {value for value, _label in self._choices()}:
            raise ValidationError(_("Chọn máy được ghép lại."))

    def _choices(self) -> list[tuple[str, Any]]:
        choices: list[tuple[str, Any]] = self.device.choices
        return choices

    def chosen(self) -> UUID:
        """Return the tablet, after validation."""
        return UUID(self.device.data)
