"""What a session remembers of its use, and the list that people see of theirs."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts import impersonation
from accounts.devices import described
from accounts.models import User

SEEN, BEGAN = "seen_at", "began_at"
# So seldom is it written down that a session is in use.
SEEN_EVERY = timedelta(minutes=5)
# Idle time after which staff sign in again.
STAFF_IDLE = timedelta(hours=2)
# However busy somebody is: then the password once more, and of staff the second factor.
STAFF_MAX_AGE, MAX_AGE = timedelta(hours=14), timedelta(days=180)


@dataclass(frozen=True)
class OpenSession:
    """Where somebody is signed in."""

    key: int
    device: str
    ip: str
    last_seen_at: datetime
    is_this: bool


def begin(session: SessionBase) -> None:
    """Call it where somebody signs in."""
    session[SEEN] = session[BEGAN] = time.time()


def visitor(request: HttpRequest) -> "User | AnonymousUser":
    """
    `request.user` as views see it, read when they ask for it: nobody once staff have been away, or
    anybody's session has lasted, too long; a customer's while staff impersonate them.
    """
    return cast("User", SimpleLazyObject(partial(_visitor, request, request.user)))


def _visitor(request: HttpRequest, user: User | AnonymousUser) -> User | AnonymousUser:
    if not user.is_authenticated:
        return user
    if _is_over(request.session, user):
        request.session.flush()
        return AnonymousUser()
    if not user.is_staff:
        return user
    return impersonation.customer_for(request, user) or user


def note_use(request: HttpRequest) -> None:
    """Record now and then that the session is in use. Anonymous visitors have none to read."""
    session = request.session
    if not session.accessed or SESSION_KEY not in session:
        return
    if SEEN in session and _age(session) >= SEEN_EVERY.total_seconds():
        session[SEEN] = time.time()
        UserSession.objects.filter(session_key=session.session_key).update(
            last_seen_at=timezone.now(), ip=request.META["REMOTE_ADDR"]
        )


def of_user(user: User, session: SessionBase) -> list[OpenSession]:
    """Where the person is signed in, the latest use first. 1 query and one for each place."""
    return [
        OpenSession(
            key=row.pk,
            device=described(row.user_agent),
            ip=row.ip,
            last_seen_at=row.last_seen_at,
            is_this=row.session_key == session.session_key,
        )
        for row in sorted(
            UserSession.objects.purge_and_list(user), key=lambda row: row.last_seen_at, reverse=True
        )
    ]


def end(user: User, key: int) -> None:
    """Sign one of the person's own sessions out."""
    _end_each(UserSession.objects.filter(user=user, pk=key))


def end_all(user: User, *, but: SessionBase | None = None) -> None:
    """Sign the person out everywhere, or everywhere but here."""
    rows = UserSession.objects.filter(user=user)
    _end_each(rows.exclude(session_key=but.session_key) if but else rows)


def forget(keys: Iterable[str]) -> None:
    """Delete the sessions with these keys from every session store."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)


def _end_each(rows: Iterable[UserSession]) -> None:
    for row in rows:
        row.end()


def _is_over(session: SessionBase, user: User) -> bool:
    """Whether it was left alone for too long, or has gone on for too long."""
    lasted = time.time() - float(session.get(BEGAN, time.time()))
    if not user.is_staff:
        return lasted > MAX_AGE.total_seconds()
    return _age(session) > STAFF_IDLE.total_seconds() or lasted > STAFF_MAX_AGE.total_seconds()


def _age(session: SessionBase) -> float:
    """Seconds since it was last seen to be used."""
    return time.time() - float(session.get(SEEN, time.time()))
