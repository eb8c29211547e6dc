"""Reconciliation on request: for a period, with some or all providers."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.reports.tables import Columns
from payments import selectors
from payments.services.reconcile import ADVICE, Difference, compare_each, reconcile

COLUMNS: Columns = {
    "kind": _("difference"),
    "gateway": _("gateway"),
    "payment": _("payment"),
    "order": _("order"),
    "reference": _("reference"),
    "ours": _("ours"),
    "theirs": _("theirs"),
    "currency": _("currency"),
    "repaired": _("mended"),
    "advice": _("what to do"),
}
KINDS: dict[str, StrOrPromise] = {
    "missing_here": _("missing here"),
    "missing_there": _("missing at the provider"),
    "amount_diff": _("another amount"),
    "unknown_payment": _("payment of no order"),
    "stale_payment": _("payment that does not get on"),
    "stale_refund": _("refund that does not arrive"),
    "not_asked": _("provider that does not answer"),
}


def advice(kind: str) -> StrOrPromise:
    """What staff do about a difference of that kind."""
    return ADVICE.get(kind, "")


def compare(
    since: datetime, until: datetime | None = None, codes: Sequence[str] = ()
) -> Iterator[Difference]:
    """
    What differs at these providers, or at all of them, of payments that changed in that time.

    What can be mended is mended; a provider that does not answer is a difference of its own.
    """
    return compare_each(
        codes or selectors.reconcilable(), lambda code: reconcile(code, since, until)
    )
