"""Names of cookies, and messages stored in one."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


def host_only(name: str) -> str:
    """The cookie's name with a prefix that limits it to this host and to HTTPS."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


class _Notices(CookieStorage):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cookie_name = host_only(CookieStorage.cookie_name)


class Notices(FallbackStorage):
    """Django's storage of messages, with a cookie that no other host can set."""

    storage_classes = (_Notices, SessionStorage)
