"""What a browser says of itself, in words; and the cookie by which the shop knows it again."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.ids import uuid7
from core.web.cookies import host_only

COOKIE = "device"
KEPT = timedelta(days=400)
# The first word found counts: most browsers name others as well.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def described(user_agent: str) -> str:
    """ "Chrome · Android": what its owner recognises."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    return " · ".join(filter(None, (browser, system))) or _("unknown device")


def device_of(request: HttpRequest) -> UUID | None:
    """The browser's own number, or None if it has not signed in here before."""
    try:
        return UUID(request.get_signed_cookie(host_only(COOKIE), salt=COOKIE))
    except (KeyError, BadSignature, ValueError):
        return None


def remember(response: HttpResponse, device: UUID | None = None) -> UUID:
    """Give the browser its number, or the same once more for longer."""
    device = device or uuid7()
    response.set_signed_cookie(
        host_only(COOKIE),
        str(device),
        salt=COOKIE,
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return device


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for word, name in names.items() if word in user_agent), "")
