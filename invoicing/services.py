"""Issue fiscal documents: a boleta or factura for a paid order, a credit note for a refund."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from core.money import ZERO
from invoicing import drafts, providers
from invoicing.events import SubmissionDue
from invoicing.exceptions import NoSeries
from invoicing.models import DocumentKind, FiscalDocument, Series, Submission
from invoicing.providers import Answer
from invoicing.states import SUBMISSION_TRANSITIONS, SubmissionState
from orders.models import Order
from orders.states import SALES
from outbox.services import publish
from payments import selectors as payments
from payments.models import Refund

CHANGED = _("The order was changed.")
CREDITED_BEFORE = _("Given back before the order was changed.")
FIRST_SERIES = {DocumentKind.RECEIPT: "B001", DocumentKind.INVOICE: "F001"}


@transaction.atomic
def issue(order_id: UUID, *, at: datetime | None = None) -> FiscalDocument | None:
    """
    Write the boleta or factura of an order, once, and give the one that stands now.

    None if the order was never paid, owes something before its first one, or costs nothing. An
    order that is cancelled after it was paid has one too: its refund brings the credit note.
    `at` dates a document of the past; it is of this moment otherwise.

    :raises NoSeries: if staff have switched off every series of that kind
    """
    order = Order.objects.locked().get(pk=order_id)
    if order.paid_at is None:
        return None
    sales = FiscalDocument.objects.filter(order=order, corrects=None)
    issued = sales.order_by("-revision").first()
    if issued is None and (order.owes_difference or order.total <= 0):
        return None
    return issued or _write(drafts.of_sale(order), at)


@transaction.atomic
def follow_change(order_id: UUID) -> FiscalDocument | None:
    """
    Replace the document of a changed sale: a credit note for its rest, and a new document for the
    order's current state. Idempotent.

    Nothing is issued while a balance is due or while the document is still right. Goodwill refunds
    are credited again.

    :raises NoSeries: if no active series of the required kind exists
    """
    order = Order.objects.locked().get(pk=order_id)
    current = issue(order_id)
    if current is None or order.status not in SALES or order.owes_difference:
        return current
    draft = drafts.of_sale(order)
    if drafts.says_the_same(draft, current):
        return current
    _take_back(current, current.total, drafts.in_shop_language(CHANGED))
    if not draft.total:
        return current
    draft.revision = current.revision + 1
    document = _write(draft)
    kept = max(payments.sums_of(order_id).net, ZERO)
    _take_back(document, document.total - kept, drafts.in_shop_language(CREDITED_BEFORE))
    return document


def _take_back(document: FiscalDocument, amount: Decimal, reason: str) -> None:
    """Credit so much of the document, as far as it is not credited yet."""
    notes = list(document.corrections.order_by("pk"))
    amount = min(amount, document.total - sum((note.total for note in notes), ZERO))
    if amount > 0:
        _write(drafts.of_credit(document, amount, notes, reason=reason))


@transaction.atomic
def credit(refund_id: UUID, *, at: datetime | None = None) -> FiscalDocument | None:
    """
    Write the credit note for a refund that has arrived, once; `at` as in `issue`.

    None where nothing of the sale was given back: of an order that was never paid in full, or of
    money that came on top of its total.

    :raises NoSeries: if staff have switched off every series of that kind
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    original = issue(refund.payment.order_id)
    if original is None:
        return None
    written = FiscalDocument.objects.filter(refund=refund).first()
    if written:
        return written
    notes = list(original.corrections.order_by("pk"))
    kept = max(payments.sums_of(original.order_id).net, ZERO)
    uncredited = original.total - sum((note.total for note in notes), ZERO)
    amount = min(refund.amount, uncredited - kept)
    if amount <= 0:
        return None
    note = drafts.of_credit(original, amount, notes, reason=refund.reason)
    note.refund = refund
    return _write(note, at)


def submit(document_id: UUID) -> None:
    """
    Hand a document to the shop's provider, or ask about one that it has; call it in no transaction.

    Does nothing where there is no provider, or its answer is final. Twice is once.

    :raises ProviderUnavailable: if the provider does not answer; call it again
    """
    provider = providers.current()
    if provider is None:
        return
    submission, _is_new = Submission.objects.get_or_create(document_id=document_id)
    document = FiscalDocument.objects.select_related("order", "corrects").get(pk=document_id)
    if submission.state == SubmissionState.WAITING:
        _note(submission.pk, provider.send(document))
    elif submission.state == SubmissionState.PENDING:
        _note(submission.pk, provider.status(document))


@transaction.atomic
def submit_again(document_id: UUID) -> None:
    """
    Have a document that the provider has rejected sent once more.

    :raises InvalidTransition: if it is not rejected
    """
    submission = Submission.objects.select_for_update().get(document=document_id)
    submission.move_to(SubmissionState.WAITING)
    publish(SubmissionDue(document_id=str(document_id)))


@transaction.atomic
def _note(submission_id: UUID, answer: Answer) -> None:
    """Two workers may bring the same answer; a final state stays."""
    submission = Submission.objects.select_for_update().get(pk=submission_id)
    if answer.state not in SUBMISSION_TRANSITIONS.get(SubmissionState(submission.state), set()):
        return
    submission.reference, submission.error = answer.reference[:255], answer.error[:255]
    submission.move_to(answer.state, saving=["reference", "error"])


def _write(draft: FiscalDocument, at: datetime | None = None) -> FiscalDocument:
    """Number the document and save it. The series is locked last, so that others wait briefly."""
    draft.pk = uuid7()
    publish(SubmissionDue(document_id=str(draft.pk)))
    series = _with_next_number(draft)
    # Taken after the series is locked, so that later numbers have later times.
    draft.issued_at = at or timezone.now()
    draft.series = series
    draft.sequence = series.last_number
    draft.number = f"{series.code}-{series.last_number:08d}"
    draft.save(force_insert=True)
    return draft


def _with_next_number(draft: FiscalDocument) -> Series:
    """The number is given back with everything else if the transaction comes to nothing."""
    letter = draft.corrects.number[0] if draft.corrects else ""
    first = FIRST_SERIES.get(DocumentKind(draft.kind), f"{letter}C01")
    usable = Series.objects.filter(kind=draft.kind, is_active=True, code__startswith=letter)
    if not usable.exists():
        Series.objects.get_or_create(code=first, defaults={"kind": draft.kind})
    series = usable.order_by("code").select_for_update().first()
    if series is None:
        raise NoSeries(_("There is no active series for this kind of document."))
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series
