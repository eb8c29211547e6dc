"""A demo shop, which asks staff for no second factor, and its superuser."""

import time
from typing import Any

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def boss(client: Client, admin_user: Any) -> Any:
    """A superuser who has just signed in with this browser."""
    client.force_login(admin_user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return admin_user


@pytest.fixture
def no_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The menu beside each page, which costs more than the rest of it, is empty."""
    monkeypatch.setattr("django.contrib.admin.site.get_app_list", lambda *_args: [])
