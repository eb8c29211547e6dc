"""
Bulk actions too long for one request: a worker processes their rows.

Each row has its own transaction. If a worker dies, another one continues and may repeat the row in
progress.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.helpers import ActionForm
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import traced
from backoffice.models import BulkAction, BulkRow
from core.admin.bulk import RowAction
from core.database.leases import claim

KEPT = timedelta(days=30)
# Others get their turn after so many rows, or so many seconds.
PORTION = 20
TURN = 10.0
_LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come, in rows."""

    total: int
    waiting: int
    refused: int

    @property
    def done(self) -> int:
        return self.total - self.waiting - self.refused

    @property
    def taken(self) -> int:
        return self.total - self.waiting


@transaction.atomic
def begin(page: ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]) -> BulkAction:
    """Write down which rows they are now, for a worker, who begins soon."""
    action = BulkAction(
        user_id=request.user.pk,
        rows=page.opts.label_lower,
        action=request.POST["action"],
        given=_given(page, request),
        back=request.get_full_path(),
        language=translation.get_language() or "",
        total=0,
    )
    action.save(force_insert=True)
    # A hundred thousand keys need not travel here and back.
    found, values = rows.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {BulkRow._meta.db_table} (bulk_action_id, key, refusal)"  # noqa: S608  # nosec B608
            f" SELECT %s, found.key::text, '' FROM ({found}) AS found(key)",
            [action.pk, *values],
        )
        action.total = cursor.rowcount
    action.save(update_fields=["total"])
    return action


def _given(page: ModelAdmin[Any], request: HttpRequest) -> str:
    """The fields that the list has beside its actions, but for Django's own."""
    names = [name for name in page.action_form.base_fields if name not in ActionForm.base_fields]
    return urlencode([(name, text) for name in names for text in request.POST.getlist(name)])


def progress(action: BulkAction) -> Progress:
    """1 query."""
    left = action.left.aggregate(waiting=Count("pk", filter=Q(refusal="")), all=Count("pk"))
    return Progress(action.total, left["waiting"], left["all"] - left["waiting"])


def stop(action_id: UUID) -> None:
    """Leave the rows that are not taken yet as they are; a worker finishes its batch first."""
    running = BulkAction.objects.filter(pk=action_id, finished_at=None)
    running.update(finished_at=timezone.now(), stopped=_("It was stopped by hand."))


def work_off(seconds: float = 2 * TURN) -> int:
    """Take portions of waiting rows in turn until the time is up; return how many it took."""
    waiting = BulkAction.objects.filter(finished_at=None).order_by("updated_at")
    until, number = monotonic() + seconds, 0
    while monotonic() < until and (action := claim(waiting, _LEASE)):
        number += work(action)
    return number


def work(action: BulkAction) -> int:
    """
    Process the next rows of a claimed action; returns their number.

    The action stops if its requester has lost the right to it.
    """
    waiting = action.left.filter(refusal="").order_by("pk")
    with (
        translation.override(action.language),
        traced(actor=action.user_id, origin=f"bulk action {action}"),
    ):
        hand = _Hand.of(action)
        if hand is None:
            _release(action, stopped=_("The person who asked for it may no longer do it."))
            return 0
        if action.is_exhausted and (row := waiting.first()):
            _refuse(row, _("It was interrupted here several times."))
        number = hand.take_all(waiting[:PORTION])
    _release(action, is_done=not waiting.exists())
    return number


@dataclass(frozen=True, slots=True)
class _Hand:
    """Processes rows as the person who requested it, with their current permissions."""

    page: ModelAdmin[Any]
    action: RowAction
    request: HttpRequest

    @classmethod
    def of(cls, action: BulkAction) -> "_Hand | None":
        """None if they lost the permission, or there is no such action. At most 6 queries."""
        page = page_of(action)
        staff = User.objects.filter(is_active=True, is_staff=True)
        user = staff.filter(pk=action.user_id).first() if action.user_id else None
        if page is None or user is None:
            return None
        request = HttpRequest()
        request.method, request.user = "POST", user
        request.POST = cast("Any", QueryDict(action.given))
        offered: dict[str, Any] = page.get_actions(request)
        chosen = offered.get(action.action, (None,))[0]
        return cls(page, chosen, request) if isinstance(chosen, RowAction) else None

    def take_all(self, rows: Iterable[BulkRow]) -> int:
        """As many of them as there is time for; gives their number."""
        until, number = monotonic() + TURN, 0
        for row in rows:
            self._take(row)
            number += 1
            if monotonic() > until:
                break
        return number

    def _take(self, row: BulkRow) -> None:
        """Take the step, or write down why not."""
        # Only rows that the person's own list would show.
        found = self.page.get_queryset(self.request).filter(pk=row.key).first()
        if found is None:
            _refuse(row, _("It is no longer there."))
        elif reason := self.action.refusal(self.page, self.request, found):
            _refuse(row, reason)
        else:
            row.delete()


def _refuse(row: BulkRow, reason: str) -> None:
    row.refusal = reason
    row.save(update_fields=["refusal"])


def _release(action: BulkAction, *, is_done: bool = False, stopped: str = "") -> None:
    """Another worker may have it by now; a stopped action stays stopped."""
    BulkAction.objects.filter(pk=action.pk).update(claimed_until=None, attempts=0)
    if is_done or stopped:
        running = BulkAction.objects.filter(pk=action.pk, finished_at=None)
        running.update(finished_at=timezone.now(), stopped=stopped)


def page_of(action: BulkAction) -> ModelAdmin[Any] | None:
    """The page of the list whose rows it takes; None if there is no such list any more."""
    try:
        return site.get_model_admin(apps.get_model(action.rows))
    except (LookupError, ValueError, NotRegistered):
        return None


def latest_of(user_id: UUID, rows: str) -> QuerySet[BulkAction]:
    """What somebody has asked for on that list and may want to look at: today's, last first."""
    today = timezone.now() - timedelta(days=1)
    asked = BulkAction.objects.filter(user=user_id, rows=rows)
    return asked.filter(Q(finished_at=None) | Q(finished_at__gt=today)).order_by("-created_at")


def forget_old() -> int:
    """Delete actions finished long ago; returns their number."""
    old = BulkAction.objects.filter(finished_at__lt=timezone.now() - KEPT)
    return old.delete()[1].get(BulkAction._meta.label, 0)
