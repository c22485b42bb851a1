"""The WSGI entry point: `gunicorn wsgi:app` and `flask --app wsgi`."""

import sys

from kiosk.app import create_app
from kiosk.config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"Settings are not usable:\n{error}")
