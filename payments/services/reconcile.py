"""Compare a provider's list with our ledger, both ways: what webhooks and polls have missed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.exceptions import DomainError
from payments import gateways
from payments.exceptions import ProviderUnavailable
from payments.gateways.base import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    MoneyFact,
    ProviderSnapshot,
)
from payments.models import LedgerEntry, LedgerKind, Payment, Reconciliation, Refund
from payments.services.settle import apply_snapshot, settle
from payments.states import RefundState

# How far back the first run looks, and how much each run repeats: clocks differ, lists lag behind.
FIRST_PERIOD = timedelta(hours=26)
OVERLAP = timedelta(hours=2)
# Older payments and refunds under way are asked about.
STALE_PAYMENT = timedelta(hours=1)
STALE_REFUND = timedelta(days=3)
ADVICE: dict[str, StrOrPromise] = {
    "missing_here": _("Open the payment and ask the provider about it."),
    "missing_there": _("Look at the provider whether this money has moved."),
    "amount_diff": _("Look at the provider which amount is right."),
    "unknown_payment": _("Look at the provider who has paid; if it is for no order, give it back."),
    "stale_payment": _("Open the payment and ask the provider about it."),
    "stale_refund": _("Ask the provider why it has not arrived."),
    "not_asked": _("Compare again when the provider answers."),
}

Key = tuple[str, str]  # kind and reference of a fact


@dataclass(frozen=True, kw_only=True)
class Difference:
    """
    A difference between a provider's list and our ledger. Staff look at those not `repaired`.

    `kind` is a key of ADVICE; not_asked means that the provider did not answer.
    """

    kind: str
    gateway: str
    payment: str = ""
    order: str = ""
    reference: str = ""
    ours: Decimal | None = None
    theirs: Decimal | None = None
    currency: str = ""
    repaired: bool = False

    def __str__(self) -> str:
        about = " ".join(filter(None, [self.gateway, self.payment, self.order, self.reference]))
        amounts = f"ours {self.ours}, theirs {self.theirs} {self.currency}"
        return f"{self.kind}: {about}: {amounts}. {self.advice}".strip()

    @property
    def advice(self) -> StrOrPromise:
        """What staff do about it."""
        return "" if self.repaired else ADVICE[self.kind]


def compare_each(
    codes: Iterable[str], compare: Callable[[str], Iterable[Difference]]
) -> Iterator[Difference]:
    """The differences at each provider; one that cannot be asked does not stop the others."""
    for code in codes:
        try:
            yield from compare(code)
        except DomainError as error:
            yield Difference(kind="not_asked", gateway=code, reference=str(error))


def unresolved_differences(last: Reconciliation) -> list[Difference]:
    """What the last complete run has left for staff. No query."""
    return [
        Difference(**{**row, "ours": _decimal(row["ours"]), "theirs": _decimal(row["theirs"])})
        for row in last.leftovers
    ]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def reconcile_since_last_run(code: str) -> Iterator[Difference]:
    """
    Reconcile with a provider from the end of the last complete run, less two hours.

    An incomplete run is repeated by the next. The provider's row records what is left for staff,
    or why the provider could not be asked.

    :raises ProviderUnavailable: if the provider cannot be asked
    """
    began = timezone.now()
    last = Reconciliation.objects.filter(provider=code).first()
    since = last.reached_at - OVERLAP if last else began - FIRST_PERIOD
    left = []
    try:
        for difference in reconcile(code, since):
            if not difference.repaired:
                left.append(asdict(difference))
            yield difference
    except ProviderUnavailable as error:
        away = {"error": str(error)[:255]}
        Reconciliation.objects.update_or_create(
            provider=code, defaults=away, create_defaults={"reached_at": since, **away}
        )
        raise
    done = {"reached_at": began, "unsolved": len(left), "leftovers": left, "error": ""}
    Reconciliation.objects.update_or_create(provider=code, defaults=done)


def reconcile(code: str, since: datetime, until: datetime | None = None) -> Iterator[Difference]:
    """
    Compare a provider's payments that changed since then with ours, both ways, and record what
    is missing here. Running it again finds only what still differs.

    `until` leaves out payments whose money moved later.

    :raises ProviderUnavailable: if the provider cannot be asked
    """
    try:
        gateway = gateways.get(code)
        if gateway.is_offline:
            return
        yield from _reconcile(gateway, code, since, until or timezone.now())
    except (GatewayUnavailable, GatewayRefused) as error:
        raise ProviderUnavailable(f"{code}: {error}") from error


def _reconcile(
    gateway: Gateway, code: str, since: datetime, until: datetime
) -> Iterator[Difference]:
    found = [pair for pair in gateway.changed_since(since) if not _is_later(pair[1], until)]
    known = _payments(code, found)
    seen = []
    for (gateway_id, snapshot), payment in zip(found, known, strict=True):
        if payment is None:
            yield from _unknown(code, gateway_id, snapshot)
        else:
            seen.append(payment.pk)
            yield from _compare(payment, snapshot)
    moved = LedgerEntry.objects.filter(
        provider=code, occurred_at__gte=since, occurred_at__lt=until
    ).exclude(payment__in=seen)
    ours = Payment.objects.filter(pk__in=moved.values("payment")).select_related("order")
    for payment in ours.order_by("pk"):
        yield from _compare(payment, _fetch(gateway, payment))
    yield from _stale_payments(code)
    yield from _stale_refunds(code)


def _payments(code: str, found: Sequence[tuple[str, ProviderSnapshot]]) -> list[Payment | None]:
    """
    Our payment for each that the provider lists, by its id or else by our reference.

    The provider's id is saved. One query.
    """
    ids = [gateway_id for gateway_id, _ in found if gateway_id]
    references = [snapshot.reference for _, snapshot in found]
    ours = Payment.objects.filter(Q(gateway_id__in=ids) | Q(number__in=references), gateway=code)
    rows = ours.select_related("order")
    by_id = {row.gateway_id: row for row in rows if row.gateway_id}
    by_number = {row.number: row for row in rows}
    return [
        by_id.get(gateway_id) or _with_id(by_number.get(snapshot.reference), gateway_id)
        for gateway_id, snapshot in found
    ]


def _with_id(payment: Payment | None, gateway_id: str) -> Payment | None:
    if payment is None or (gateway_id and payment.gateway_id):
        return None
    if gateway_id:
        Payment.objects.filter(pk=payment.pk, gateway_id="").update(gateway_id=gateway_id)
    return payment


def _fetch(gateway: Gateway, payment: Payment) -> ProviderSnapshot | None:
    """A payment that the provider's list lacks; None if the provider does not know it."""
    try:
        return gateway.fetch(payment.gateway_id) if payment.gateway_id else None
    except GatewayRefused:
        return None


def _is_later(snapshot: ProviderSnapshot, until: datetime) -> bool:
    times = [fact.occurred_at for fact in (*snapshot.captures, *snapshot.refunds)]
    return bool(times) and min(times) >= until


def _unknown(code: str, gateway_id: str, snapshot: ProviderSnapshot) -> Iterator[Difference]:
    for fact in snapshot.captures:
        yield Difference(
            kind="unknown_payment",
            gateway=code,
            payment=gateway_id or snapshot.reference,
            reference=fact.reference,
            theirs=fact.amount,
            currency=fact.currency,
        )


def _compare(payment: Payment, snapshot: ProviderSnapshot | None) -> Iterator[Difference]:
    """Record missing facts; each difference says whether that repaired it."""
    theirs = _theirs(snapshot) if snapshot else {}
    before = _ours(payment)
    keys = sorted(before.keys() | theirs.keys())
    different = [key for key in keys if before.get(key) != theirs.get(key)]
    if different and snapshot:
        apply_snapshot(payment.pk, snapshot)
    after = _ours(payment)
    for key in different:
        yield Difference(
            kind=_kind(before.get(key), theirs.get(key)),
            gateway=payment.gateway,
            payment=payment.number,
            order=payment.order.number,
            reference=key[1],
            ours=before.get(key),
            theirs=theirs.get(key),
            currency=payment.quoted_currency or payment.currency,
            repaired=after.get(key) == theirs.get(key),
        )


def _theirs(snapshot: ProviderSnapshot) -> dict[Key, Decimal]:
    """The facts as the ledger would have them; a reversed refund does not count."""
    refunds = [fact for fact in snapshot.refunds if fact.state == RefundState.SUCCEEDED]
    taken = [each.withdrawn for each in snapshot.disputes if each.withdrawn]
    returned = [each.reinstated for each in snapshot.disputes if each.reinstated]
    facts: list[tuple[LedgerKind, Iterable[MoneyFact]]] = [
        (LedgerKind.CAPTURE, snapshot.captures),
        (LedgerKind.REFUND, refunds),
        (LedgerKind.CHARGEBACK, taken),
        (LedgerKind.CHARGEBACK_REVERSAL, returned),
    ]
    return {(kind.value, fact.reference): fact.amount for kind, some in facts for fact in some}


def _ours(payment: Payment) -> dict[Key, Decimal]:
    """The ledger as the provider counts, that is, without store credit."""
    rows = list(LedgerEntry.objects.filter(payment=payment, provider=payment.gateway))
    undone = {row.reference for row in rows if row.kind == LedgerKind.REFUND_REVERSAL}
    return {
        (row.kind, row.reference): (
            row.amount if row.provider_amount is None else row.provider_amount
        )
        for row in rows
        if row.kind != LedgerKind.REFUND_REVERSAL
        and not (row.kind == LedgerKind.REFUND and row.reference in undone)
    }


def _kind(ours: Decimal | None, theirs: Decimal | None) -> str:
    if ours is None:
        return "missing_here"
    return "missing_there" if theirs is None else "amount_diff"


def _stale_payments(code: str) -> Iterator[Difference]:
    """Ask about payments long under way; one that moves was missed by webhook and poller."""
    before = timezone.now() - STALE_PAYMENT
    live = Payment.objects.live().filter(gateway=code, created_at__lt=before)
    for payment in live.select_related("order").order_by("pk"):
        amount, reference = payment.amount, payment.gateway_id
        try:
            if settle(payment.pk).state != payment.state:
                yield _stale("stale_payment", payment, reference, amount, repaired=True)
        except ProviderUnavailable:
            yield _stale("stale_payment", payment, reference, amount)


def _stale_refunds(code: str) -> Iterator[Difference]:
    waiting = Refund.objects.filter(
        payment__gateway=code,
        state__in=[RefundState.SUBMITTED, RefundState.PENDING],
        submitted_at__lt=timezone.now() - STALE_REFUND,
    )
    for refund in waiting.select_related("payment__order").order_by("pk"):
        with suppress(ProviderUnavailable):
            settle(refund.payment_id)
        is_over = not waiting.filter(pk=refund.pk).exists()
        amount = refund.amount
        yield _stale("stale_refund", refund.payment, refund.number, amount, repaired=is_over)


def _stale(
    kind: str, payment: Payment, reference: str, amount: Decimal, *, repaired: bool = False
) -> Difference:
    return Difference(
        kind=kind,
        gateway=payment.gateway,
        payment=payment.number,
        order=payment.order.number,
        reference=reference,
        ours=amount,
        currency=payment.currency,
        repaired=repaired,
    )
