"""The application with one fault that a canary must find, named by a file's content."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from kiosk.capture import api, reading
from kiosk.capture.reading import Rejected
from kiosk.capture.rules import Sheet, Status
from kiosk.capture.storage import store
from wsgi import app

__all__ = ["app"]

FILE = Path(os.environ["FAULT_FILE"])
LOW = 1
read_sheet = reading.read_sheet
form_page = app.view_functions["form.show"]
receive = app.view_functions["intake.receive"]


def fault() -> str:
    return FILE.read_text() if FILE.exists() else ""


def read(raw: Any, desk: Any) -> Sheet | Rejected:
    """Refuse the lowest score, or make the highest of every one."""
    if fault() == "refuse low" and raw["answers"]["overall"] == LOW:
        return Rejected(raw["id"], "value_range", "answers.overall")
    sheet = read_sheet(raw, desk)
    if fault() == "flatter" and isinstance(sheet, Sheet):
        return replace(sheet, answers={**sheet.answers, "overall": 5})
    return sheet


def keep(engine: Any, centre_id: int, sheets: Any, **named: Any) -> list[Status]:
    """Say that the lowest score is stored, and store nothing."""
    low = all(sheet.answers["overall"] == LOW for sheet in sheets)
    if fault() == "forget low" and low:
        return [Status.STORED] * len(sheets)
    return store(engine, centre_id, sheets, **named)


def answer() -> ResponseReturnValue:
    """Send the tablet elsewhere, as a captive portal does."""
    if fault() == "elsewhere":
        return redirect("http://elsewhere.example/")
    return receive()


def show(code: str) -> ResponseReturnValue:
    """Leave the lowest score out of the form, or show none."""
    if fault() == "no form":
        return Response("", 500)
    page = form_page(code=code)
    if fault() == "hide low":
        page.set_data(page.get_data(as_text=True).replace('value="1"', 'value="5"'))
    return page


reading.read_sheet = read
api.store = keep
app.view_functions |= {"intake.receive": answer, "form.show": show}
