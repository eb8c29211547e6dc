"""The second factor of staff: who has one, and whether a session has shown it."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from accounts import sessions
from accounts.models import User


def is_at_work(request: HttpRequest) -> bool:
    """Whether this session may see what only staff see: a stolen password is not enough."""
    user = request.user
    return user.is_active and user.is_staff and not needs_second_factor(request)


def needs_second_factor(request: HttpRequest) -> bool:
    """True for who is signed in and has not shown a second factor, where the shop is real."""
    if settings.DEMO or settings.DEBUG or not request.user.is_authenticated:
        return False
    return not has_passed_second_factor(request)


def has_passed_second_factor(request: HttpRequest) -> bool:
    """Whether this session, not only its owner, has shown the second factor."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user).exists())


def reset_second_factor(user: User) -> None:
    """Remove the person's second factor and sign them out everywhere; they set up a new one."""
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user)
