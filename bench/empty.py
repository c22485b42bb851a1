"""What costs nothing: an empty Flask view, and a form in one file without any service."""

from pathlib import Path

from flask import Flask
from flask_compress import Compress

FORM = (Path(__file__).parent / "one_file_form.html").read_text(encoding="utf-8")

app = Flask(__name__)
Compress(app)


@app.get("/")
def empty() -> str:
    """Answer nothing."""
    return ""


@app.get("/form")
def form() -> str:
    """Answer the smallest form that asks the same first question."""
    return FORM
