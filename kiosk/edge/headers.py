"""Response headers: a strict policy with no inline code, and nothing kept by caches."""

import base64
import hashlib

from flask import Flask, Response, after_this_request, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STRICT_POLICY = POLICY.format(styles="")
FIXED = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
]
# A style sheet, a script or a font never becomes a page, so nothing of a page's policy
# can hold for it; on the kiosk's forty files these headers were 18 KiB of a cold start.
PARTS = ("text/css", "text/javascript", "font/")
FOR_PARTS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
ONE_YEAR = "public, max-age=31536000, immutable"


def style_hash(css: str) -> str:
    """Return the policy source that admits exactly this one inline style sheet."""
    digest = hashlib.sha256(css.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def allow_style(source: str) -> None:
    """Admit one inline style sheet, by its hash, on the page being answered."""

    @after_this_request
    def admit(response: Response) -> Response:
        policy = POLICY.format(styles=f" {source}")
        response.headers["Content-Security-Policy"] = policy
        return response


def set_headers(app: Flask) -> None:
    """Add the headers to every response of the app."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    if request.endpoint == "static" and response.status_code == 200:
        headers["Cache-Control"] = ONE_YEAR
        if (response.mimetype or "").startswith(PARTS):
            headers.extend(FOR_PARTS)
            return response
    # In one go: each set() first walks all headers that are already there.
    headers.extend(FIXED)
    if "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", STRICT_POLICY)
    if request.is_secure:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store")
    return response
