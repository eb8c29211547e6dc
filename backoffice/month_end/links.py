"""Links to a month's file for somebody without an account, such as the accountant."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from backoffice.models import MonthDownload, MonthFile, MonthLink
from core.mail.message import absolute

SALT = "backoffice.month"
MAX_DAYS = 60


def share(month_file: MonthFile, *, name: str, days: int, user: User) -> MonthLink:
    """A link that ends after so many days."""
    ends_at = timezone.now() + timedelta(days=days)
    return MonthLink.objects.create(month_file=month_file, name=name, ends_at=ends_at, user=user)


def revoke(link_id: UUID) -> None:
    """End a link now. A repeat changes nothing."""
    MonthLink.objects.filter(pk=link_id, revoked_at=None).update(revoked_at=timezone.now())


def of_file(month_file: MonthFile) -> QuerySet[MonthLink]:
    """Its links, the newest first, with how often and from how many connections it was taken."""
    counted = month_file.links.annotate(
        taken=Count("downloads"),
        places=Count("downloads__place", distinct=True),
        last_taken_at=Max("downloads__created_at"),
    )
    return counted.select_related("user").order_by("-created_at")


def address_of(link: MonthLink) -> str:
    """The full address, for its bearer."""
    return absolute(reverse("month:shared", args=[token_of(link)]))


def token_of(link: MonthLink) -> str:
    """Proof that its bearer may take this one file, until the link ends."""
    return signing.dumps(str(link.pk), salt=SALT)


def by_token(token: str) -> MonthLink:
    """
    The link that a token stands for, open or not. One query.

    :raises MonthLink.DoesNotExist: if the token is false, or its file was deleted
    """
    try:
        key = UUID(signing.loads(token, salt=SALT, max_age=timedelta(days=MAX_DAYS)))
    except (signing.BadSignature, ValueError):
        raise MonthLink.DoesNotExist from None
    return MonthLink.objects.select_related("month_file").get(pk=key)


@transaction.atomic
def note_download(
    month_file: MonthFile,
    *,
    link: MonthLink | None = None,
    user: User | None = None,
    place: str = "",
) -> None:
    """Write down that somebody takes it."""
    MonthDownload.objects.create(month_file=month_file, link=link, user=user, place=place)
