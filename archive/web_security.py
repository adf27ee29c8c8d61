"""What every answer carries to keep the reader safe, and what is refused at the door. No third party, no
inline script or style, no framing.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect

from archive.config import Settings

csrf = CSRFProtect()  # every form carries its token; views for machines say `@csrf.exempt`

STRIPE_CHECKOUT = "https://checkout.stripe.com"

# Pages that other machines post to; they prove themselves by a signature instead.
SIGNED_ENDPOINTS = frozenset({"licensing_open.stripe_webhook"})


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse foreign posts and put the headers on every answer."""
    policy = content_policy(settings)

    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        return response

    csrf.init_app(app)
    app.before_request(_refuse_foreign_posts)
    app.after_request(add_headers)


def content_policy(settings: Settings) -> str:
    """Return the Content-Security-Policy: only our own parts, forms also to the payment page (browsers
    apply it to redirects).
    """
    api = urlsplit(settings.stripe_api_base)
    pay = STRIPE_CHECKOUT if api.hostname == "api.stripe.com" else f"{api.scheme}://{api.netloc}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"connect-src 'self'; media-src 'self'; form-action 'self' {pay}; frame-ancestors 'none'; base-uri 'none'"
    )


def _refuse_foreign_posts() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint in SIGNED_ENDPOINTS:
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
    origin = request.headers.get("Origin")
    # Compared as text: an Origin that is no address must be refused, not taken apart.
    if origin and origin != "null" and origin.partition("://")[2] != request.host:
        abort(403)
