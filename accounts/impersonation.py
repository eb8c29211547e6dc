"""Staff look at the shop as a customer sees it: for a reason, for half an hour, and only look."""

from datetime import timedelta
from typing import cast

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import ImpersonationRefused
from accounts.models import Impersonation, User
from accounts.selectors import is_seller

KEY = "impersonation"
LASTS = timedelta(minutes=30)
RIGHT = "accounts.add_impersonation"


def may_be_seen(customer: User) -> bool:
    """Whether the account has no staff rights, so that impersonating it grants none."""
    if customer.is_staff or customer.is_superuser or not customer.is_active or is_seller(customer):
        return False
    held = Permission.objects.filter(Q(group__user=customer) | Q(user=customer))
    return not held.exists()


def start(request: HttpRequest, customer: User, reason: str) -> Impersonation:
    """
    From the next request on, the colleague's session sees the shop as this customer.

    :raises ImpersonationRefused: without a reason, or if the account is more than a customer's
    """
    if not reason.strip():
        raise ImpersonationRefused(_("Write why you view the shop as this customer."))
    if not may_be_seen(customer):
        raise ImpersonationRefused(_("Only customers' accounts can be viewed in this way."))
    begun = Impersonation.objects.create(
        staff=cast("User", request.user),
        customer=customer,
        reason=reason.strip()[:200],
        expires_at=timezone.now() + LASTS,
    )
    request.session[KEY] = str(begun.pk)
    return begun


def customer_for(request: HttpRequest, staff: User) -> User | None:
    """Whom the colleague's session looks at the shop as. No query for those who do not."""
    key = request.session.get(KEY)
    if key is None:
        return None
    running = Impersonation.objects.filter(
        pk=key, staff=staff, ended_at=None, expires_at__gt=timezone.now()
    )
    row = running.select_related("customer").first()
    if row is None or not staff.has_perm(RIGHT) or not may_be_seen(row.customer):
        end(request)
        return None
    row.customer.impersonation = row
    return row.customer


def end(request: HttpRequest) -> Impersonation | None:
    """Back to being oneself; twice is once."""
    key = request.session.pop(KEY, None)
    row = Impersonation.objects.filter(pk=key).first() if key else None
    if row and row.ended_at is None:
        row.ended_at = min(timezone.now(), row.expires_at)
        row.save(update_fields=["ended_at"])
    return row
