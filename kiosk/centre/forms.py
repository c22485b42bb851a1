"""Forms of the centre's settings; what was typed stays in the page when it is refused."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import (
    AnyOf,
    DataRequired,
    Length,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from kiosk.centre import rules
from kiosk.core.text import normalise

MAX_NAME_CHARACTERS = 100
# What is smaller no page shows, and far smaller it is 0 to the database.
LEAST_PERCENT = Decimal("0.1")
MAX_SOURCE_CHARACTERS = 300
MEASURE_NAMES = {
    "satisfaction": _("Tỷ lệ hài lòng (mức 4 và 5)"),
    "index": _("Chỉ số hài lòng chung của năm yếu tố"),
    "one_visit": _("Tỷ lệ chỉ phải đến một lần"),
    "factor:access": _("Hài lòng về tiếp cận dịch vụ"),
    "factor:procedure": _("Hài lòng về thủ tục hành chính"),
    "factor:staff": _("Hài lòng về công chức"),
    "factor:result": _("Hài lòng về kết quả"),
    "factor:feedback": _("Hài lòng về tiếp nhận, xử lý góp ý, phản ánh, kiến nghị"),
}
DAY_KIND_NAMES = {"off": _("Nghỉ"), "work": _("Làm bù")}
KIND_NAMES = {"counter": _("Quầy"), "exit": _("Lối ra"), "hall": _("Sảnh chờ")}
WEEKDAY_NAMES = (
    _("Thứ Hai"),
    _("Thứ Ba"),
    _("Thứ Tư"),
    _("Thứ Năm"),
    _("Thứ Sáu"),
    _("Thứ Bảy"),
    _("Chủ nhật"),
)


def _clean(text: str | None) -> str:
    return " ".join(normalise(text or "").split())


def _line(
    label: object, missing: object, limit: int = MAX_NAME_CHARACTERS
) -> StringField:
    too_long = _("Dài quá %(max)d ký tự.")
    return StringField(
        label,
        filters=[_clean],
        validators=[DataRequired(missing), Length(max=limit, message=too_long)],
    )


def options(names: Mapping[str, object]) -> list[SelectChoice]:
    """Return values and what they are called, as a select field takes them."""
    return [SelectChoice(value, name) for value, name in names.items()]


def _choice(label: object, names: Mapping[str, object], refusal: object) -> SelectField:
    # WTForms' own check of the choice speaks no Vietnamese.
    return SelectField(
        label,
        choices=options(names),
        validate_choice=False,
        validators=[AnyOf(list(names), message=refusal)],
    )


def _point_code(_form: FlaskForm, field: StringField) -> None:
    if not rules.is_point_code(field.data):
        raise StopValidation(
            _(
                "Mã gồm một chữ in hoa rồi chữ in hoa hoặc số, nhiều nhất 8 ký tự: Q7, RA."
            )
        )


def _field_code(_form: FlaskForm, field: StringField) -> None:
    if not rules.is_field_code(field.data):
        raise StopValidation(
            _("Mã gồm chữ thường không dấu và số, nối bằng dấu gạch: ho-tich.")
        )


class HoursField(StringField):
    """The sessions of one weekday, written as a clerk writes them."""

    def __init__(self, weekday: int, **arguments: object) -> None:
        """Remember the weekday; Monday is 0."""
        super().__init__(WEEKDAY_NAMES[weekday], **arguments)
        self.weekday = weekday
        self.openings: list[rules.Opening] = []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the sessions, or say how to write them."""
        super().process_formdata(valuelist)
        try:
            self.openings = rules.read_hours(self.weekday, self.data or "")
        except ValueError:
            message = _(
                "%(day)s: viết giờ như 7:30–11:30, 13:30–17:00; để trống nếu nghỉ.",
                day=self.label.text,
            )
            raise ValueError(message) from None


class ShareField(Field):
    """A share, 0 to 1, written in percent with a comma or a point."""

    widget = TextInput()
    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data * 100:g}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the percent, or say how to write it."""
        text = valuelist[0].strip().removesuffix("%").strip() if valuelist else ""
        try:
            percent = Decimal(text.replace(",", "."))
        except InvalidOperation:
            percent = Decimal(0)
        if not percent.is_finite() or not LEAST_PERCENT <= percent <= 100:
            raise ValueError(
                _("Viết một số phần trăm lớn hơn 0 và không quá 100: 90 hoặc 92,5.")
            )
        self.data = float(percent / 100)


class DayField(DateField):
    """A day from the browser's own calendar."""

    def __init__(
        self, label: object = None, *, missing: object = None, **arguments: object
    ) -> None:
        """Take what to say when no day was chosen."""
        super().__init__(label, **arguments)
        self.missing = missing

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say that it is missing."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.missing) from None
        if not valuelist:
            raise ValueError(self.missing)


class SignatoryForm(FlaskForm):
    """Who signs what the centre sends out."""

    title = _line(_("Chức vụ"), _("Ghi chức vụ của người ký."))
    name = _line(_("Họ và tên"), _("Ghi họ và tên người ký."))


class HoursForm(FlaskForm):
    """The opening hours of a week."""

    monday = HoursField(0)
    tuesday = HoursField(1)
    wednesday = HoursField(2)
    thursday = HoursField(3)
    friday = HoursField(4)
    saturday = HoursField(5)
    sunday = HoursField(6)

    def days(self) -> list[HoursField]:
        """Return the seven fields, Monday first."""
        return [field for field in self if isinstance(field, HoursField)]

    def openings(self) -> list[rules.Opening]:
        """Return the sessions of the week after validation."""
        return [opening for field in self.days() for opening in field.openings]


class NamesForm(FlaskForm):
    """What a field of service is called."""

    name_vi = _line(_("Tên tiếng Việt"), _("Ghi tên tiếng Việt."))
    name_en = _line(_("Tên tiếng Anh"), _("Ghi tên tiếng Anh."))

    def names(self) -> rules.Names:
        """Return both names."""
        return rules.Names(self.name_vi.data, self.name_en.data)


class NewFieldForm(NamesForm):
    """A field of service that is added."""

    code = StringField(_("Mã"), filters=[_clean], validators=[_field_code])


class NewPointForm(NamesForm):
    """A point that is added."""

    code = StringField(_("Mã"), filters=[_clean], validators=[_point_code])
    kind = _choice(_("Loại"), KIND_NAMES, _("Chọn một loại trong danh sách."))


class PointForm(NamesForm):
    """A point's names, and the fields dealt with there."""

    fields = SelectMultipleField(
        _("Lĩnh vực tiếp nhận tại đây"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )

    def validate_fields(self, field: SelectMultipleField) -> None:
        """Refuse a field that was retired while the page stood open."""
        if not set(field.data) <= {choice.value for choice in field.choices}:
            raise ValidationError(_("Chọn trong các lĩnh vực có trong danh sách."))


class TargetForm(FlaskForm):
    """What a measure shall reach from a day on."""

    measure = _choice(
        _("Chỉ tiêu về"), MEASURE_NAMES, _("Chọn một chỉ tiêu trong danh sách.")
    )
    value = ShareField(_("Mức cần đạt (%)"))
    valid_from = DayField(_("Áp dụng từ ngày"), missing=_("Chọn ngày bắt đầu áp dụng."))
    source = _line(
        _("Căn cứ"),
        _("Ghi văn bản giao chỉ tiêu này: số, ngày, cơ quan ban hành."),
        MAX_SOURCE_CHARACTERS,
    )

    def aim(self) -> rules.Aim:
        """Return the target after validation."""
        measure, source = self.measure.data, self.source.data
        return rules.Aim(measure, self.valid_from.data, self.value.data, source)


class TargetKeyForm(FlaskForm):
    """Which target is taken back."""

    measure = _choice(None, MEASURE_NAMES, _("Chọn một chỉ tiêu trong danh sách."))
    valid_from = DayField()


class SpecialDayForm(FlaskForm):
    """A day off, or a day worked instead."""

    day = DayField(_("Ngày"), missing=_("Chọn một ngày."))
    kind = _choice(_("Ngày đó"), DAY_KIND_NAMES, _("Chọn nghỉ hoặc làm bù."))
    note_vi = _line(_("Lý do, tiếng Việt"), _("Ghi lý do bằng tiếng Việt."))
    note_en = _line(_("Lý do, tiếng Anh"), _("Ghi lý do bằng tiếng Anh."))
    source = _line(
        _("Văn bản"),
        _("Ghi văn bản thông báo ngày này: số, ngày, cơ quan ban hành."),
        MAX_SOURCE_CHARACTERS,
    )

    def special_day(self) -> rules.SpecialDay:
        """Return the day after validation."""
        note = rules.Names(self.note_vi.data, self.note_en.data)
        return rules.SpecialDay(self.day.data, self.kind.data, note, self.source.data)


class DayKeyForm(FlaskForm):
    """Which day is left to its weekday again."""

    day = DayField()
