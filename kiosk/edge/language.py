"""Vietnamese first, English on request; the choice lives in a cookie of its own."""

from flask import Flask, Response, current_app, has_request_context, request

from kiosk.extensions import babel

LANGUAGES = ("vi", "en")
COOKIE = "language"
COOKIE_SECONDS = 180 * 24 * 3600


def language() -> str:
    """Return the language of the page being answered; commands answer in Vietnamese."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang") or request.cookies.get(COOKIE, "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def speak(app: Flask) -> None:
    """Bind the translations to the app."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "vi")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Ho_Chi_Minh")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=language)
    app.after_request(_remember)
    app.context_processor(lambda: {"language": language()})


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    # Citizens' pages leave nothing behind: they carry the language in the address.
    if (
        asked in LANGUAGES
        and request.blueprint in current_app.config["STAFF_BLUEPRINTS"]
    ):
        response.set_cookie(
            COOKIE,
            asked,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return response
