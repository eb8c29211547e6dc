"""
Take back what somebody has just done to rows: each row in a transaction of its own.

A row that was changed since stays as it is. Where a request breaks off, another one continues.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.seller_admin import person
from backoffice.models import Undoable, UndoableRow, UndoKind
from backoffice.undo.kinds import PUT_BACK, Stays
from core.admin.console import Changed
from core.exceptions import DomainError

# More rows would take longer than a request may.
MAX_ROWS = 1_000
# An edited order brings the address that it had.
KEPT = timedelta(days=1)
# Of a message: the button belongs to this.
TAG = "undo-"


class TooLate(DomainError):
    """It can no longer be taken back."""


@dataclass(frozen=True)
class Result:
    """How many rows went back, and how many stay, by who changed them since."""

    back: int
    stay: dict[str, int]
    total: int

    @property
    def sentences(self) -> list[str]:
        """What the person reads."""
        told = [
            _("Taken back: %(number)s of %(total)s.") % {"number": self.back, "total": self.total}
        ]
        told += [_stay(number, self.total, who) for who, number in self.stay.items()]
        return told


def tell(
    request: HttpRequest, text: str, *, kind: str, rows: Sequence[Changed], right: str
) -> None:
    """Say what was done, with a button that takes it back where so few rows allow it."""
    if not 0 < len(rows) <= MAX_ROWS:
        messages.success(request, text)
        return
    undoable = record(person(request), text, kind=UndoKind(kind), rows=rows, right=right)
    messages.success(request, text, extra_tags=f"{TAG}{undoable.pk}")


@transaction.atomic
def record(
    user: User, text: str, *, kind: UndoKind, rows: Sequence[Changed], right: str
) -> Undoable:
    """Write down what each row held before and after."""
    undoable = Undoable.objects.create(
        user=user,
        kind=kind,
        rows=rows[0].row._meta.label_lower,
        permission=right if user.has_perm(right) else "",
        title=text[:255],
        total=len(rows),
    )
    UndoableRow.objects.bulk_create(
        UndoableRow(
            undoable=undoable,
            key=f"{each.row.pk}{each.part and '|'}{each.part}",
            name=str(each.row)[:255],
            before=each.before,
            after=each.after,
        )
        for each in rows
    )
    return undoable


def take_back(undoable_id: UUID, *, user: User) -> Result:
    """
    Give each row what it held before, unless it was changed since. A repeat changes nothing.

    :raises TooLate: after ten minutes, by the clock of the database
    :raises Undoable.DoesNotExist: if the person neither did it nor may do the same
    """
    undoable = Undoable.objects.of(user).get(pk=undoable_id)
    if undoable.undone_at:
        return result_of(undoable)
    if not Undoable.objects.in_time().filter(pk=undoable.pk).exists():
        raise TooLate(_("Ten minutes have passed: this can no longer be undone with one press."))
    for key in undoable.changes.order_by("pk").values_list("pk", flat=True):
        _put_back(key, undoable, user)
    Undoable.objects.filter(pk=undoable.pk, undone_at=None).update(undone_at=Now(), undone_by=user)
    return result_of(undoable)


def result_of(undoable: Undoable) -> Result:
    """2 queries."""
    stay = undoable.changes.exclude(refusal="").values_list("changed_by")
    counted = stay.annotate(number=Count("pk")).order_by("changed_by")
    back = undoable.changes.filter(is_back=True).count()
    return Result(back=back, stay=dict(counted), total=undoable.total)


def forget_old() -> int:
    """Delete what was done before yesterday; returns how many."""
    gone, _by_table = Undoable.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return gone


@transaction.atomic
def _put_back(key: UUID, undoable: Undoable, user: User) -> None:
    row = UndoableRow.objects.select_for_update().get(pk=key)
    if row.is_back or row.refusal:
        return
    try:
        with transaction.atomic():
            PUT_BACK[UndoKind(undoable.kind)](undoable, row, user)
        row.is_back = True
    except Stays as reason:
        row.refusal, row.changed_by = str(reason), reason.by[:255]
    except ObjectDoesNotExist:
        row.refusal = _("It is no longer there.")
    except DomainError as refusal:
        row.refusal = str(refusal)
    row.save(update_fields=["is_back", "refusal", "changed_by"])


def _stay(number: int, total: int, who: str) -> str:
    words = {"number": number, "total": total, "who": who}
    if not who:
        return (
            ngettext(
                "%(number)s of %(total)s stays: the list says why.",
                "%(number)s of %(total)s stay: the list says why.",
                number,
            )
            % words
        )
    return (
        ngettext(
            "%(number)s of %(total)s was changed since by %(who)s and stays.",
            "%(number)s of %(total)s were changed since by %(who)s and stay.",
            number,
        )
        % words
    )
