"""Template filters: numbers, shares and times as Vietnamese and English write them."""

from datetime import date, datetime

from flask import Flask
from flask_babel import format_decimal

from kiosk.core.periods import LOCAL_ZONE, Month
from kiosk.edge.language import language


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with the reader's separators; a dash when there is none."""
    if value is None:
        return "–"
    return str(format_decimal(round(value, digits), format=f"#,##0.{'0' * digits}"))


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share 0–1 as percent without the sign."""
    return number(None if share is None else share * 100, digits)


def day(value: date | datetime | None) -> str:
    """Write a day as 22/11/2026."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_ZONE).date()
    return value.strftime("%d/%m/%Y")


def moment(value: datetime | None) -> str:
    """Write a moment as 08:15 22/11/2026 on the centre's clock."""
    if value is None:
        return "–"
    return value.astimezone(LOCAL_ZONE).strftime("%H:%M %d/%m/%Y")


def month(value: Month) -> str:
    """Write a month as `tháng 11/2026` or `11/2026`."""
    text = f"{value.number}/{value.year}"
    return f"tháng {text}" if language() == "vi" else text


def add_filters(app: Flask) -> None:
    """Give the filters to every template of the app."""
    for function in (number, percent, day, moment, month):
        app.add_template_filter(function)
