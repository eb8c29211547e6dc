"""Checks that the settings and servers are fit for a public shop."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host
from post_office.settings import get_backend

from core.database.roles import database_role_problems

# Django's backends that deliver no mail.
NOT_SENDING = tuple(
    f"django.core.mail.backends.{name}.EmailBackend"
    for name in ("console", "filebased", "locmem", "dummy")
)


def unfit() -> dict[str, str]:
    """Faults as sentences that name a variable, by check id; none for a demo."""
    if settings.DEMO or settings.DEBUG:
        return {}
    found = {}
    if get_backend("default") in NOT_SENDING:
        found["core.E001"] = (
            "EMAIL_URL names no mail server: set it, such as smtp+tls://user:password@host:587,"
            " or DEMO=1 if this is a demo."
        )
    if not settings.SITE_URL.startswith("https://"):
        found["core.E002"] = (
            "SITE_URL must begin with https://: links in mails and from payment providers lead"
            " there."
        )
    host = split_domain_port(urlsplit(settings.SITE_URL).netloc.lower())[0]
    if not validate_host(host, settings.ALLOWED_HOSTS):
        found["core.E003"] = (
            f"ALLOWED_HOSTS does not name {host}, the host of SITE_URL: every visit would be"
            " refused."
        )
    return found


def refuse_unfit() -> None:
    """
    Keep web and worker from starting; commands still run, so that the shop can be repaired.

    A shop that runs on plain HTTP by choice is not public.

    :raises SystemExit: with one sentence
    """
    for fault in [] if settings.IS_PLAIN else unfit().values():
        raise SystemExit(f"vitrina: {fault}")


@checks.register(checks.Tags.security, deploy=True)
def fit_for_the_public(**_kwargs: Any) -> list[checks.CheckMessage]:
    return [checks.Error(fault, id=name) for name, fault in unfit().items()]


@checks.register(checks.Tags.security, deploy=True)
def application_that_owns_nothing(**_kwargs: Any) -> list[checks.CheckMessage]:
    """An attacker gets the rights of the database role: those of a superuser are the machine."""
    try:
        problems = database_role_problems()
    except DatabaseError:
        return []  # there is no database to ask here
    hint = "Give the tables an owner of their own in DATABASE_OWNER_URL: docs/databases.md."
    return [checks.Warning(problem, hint=hint, id="core.W001") for problem in problems]
