"""Mails to staff and customers about money, one for each fact."""

from collections.abc import Sequence
from uuid import UUID

from constance import config
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.emails import language_of
from accounts.models import User
from core.mail import message
from core.reports.base import listed
from orders import services as orders
from orders.models import Order, OrderEventKind
from payments.models import Dispute, EntryKind, PaymentMethod, StoreCredit
from payments.states import DISPUTES_OPEN, DisputeState

MAX_ORDERS = 20


@transaction.atomic
def send_dispute(dispute_id: UUID, state: DisputeState) -> None:
    """
    Tell that a customer's bank asks money back, or how that has ended.

    Where the settings name no address nobody is written to, now or later.
    """
    dispute = Dispute.objects.select_related("payment").get(pk=dispute_id)
    order = Order.objects.locked().get(pk=dispute.payment.order_id)
    told = {"mail": "dispute", "dispute": dispute.reference, "state": state.value}
    sent = order.events.filter(kind=OrderEventKind.MAIL_SENT, details__contains=told)
    if not config.LOW_STOCK_EMAIL or sent.exists():
        return
    page = reverse("admin:payments_payment_change", args=[dispute.payment_id])
    context = {
        "dispute": dispute,
        "order": order,
        "is_open": state in DISPUTES_OPEN,
        "is_won": state == DisputeState.WON,
        "link": message.absolute(page),
    }
    message.queue(
        "payments/email/dispute",
        to=config.LOW_STOCK_EMAIL,
        language=settings.LANGUAGE_CODE,
        context=context,
    )
    orders.record(order.pk, OrderEventKind.MAIL_SENT, details=told, is_public=False)


def send_order_differences(numbers: Sequence[str]) -> None:
    """Tell staff that facts about these orders are not what their causes give."""
    if not config.LOW_STOCK_EMAIL:
        return
    message.queue(
        "payments/email/order_differences",
        to=config.LOW_STOCK_EMAIL,
        language=settings.LANGUAGE_CODE,
        context={"number": len(numbers), "orders": listed(sorted(set(numbers)), MAX_ORDERS)},
    )


@transaction.atomic
def send_credit(credit_id: UUID) -> None:
    """Mail a customer, once, about store credit from staff; not to closed accounts."""
    untold = StoreCredit.objects.filter(pk=credit_id, told_at=None, user__is_active=True)
    if not untold.update(told_at=timezone.now()):
        return
    credit = StoreCredit.objects.select_related("user").get(pk=credit_id)
    language = language_of(credit.user)
    with translation.override(language):
        link = message.absolute(reverse("storefront:account-credit"))
    granted = credit.entries.get(kind=EntryKind.GRANTED)
    context = {"credit": credit, "amount": granted.amount, "reason": granted.note, "link": link}
    message.queue("payments/email/credit", to=credit.user.email, language=language, context=context)


def send_payee_changed(method: PaymentMethod, actor: User) -> None:
    """
    Alert every super administrator, and the shop's own address, that somebody has changed the
    payment instructions: a wrong bank account there would receive all transfers.
    """
    owners = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    languages = {owner.email: language_of(owner) for owner in owners}
    if config.CONTACT_EMAIL:
        languages.setdefault(config.CONTACT_EMAIL, settings.LANGUAGE_CODE)
    page = reverse("admin:payments_paymentmethod_history", args=[method.pk])
    for address, language in languages.items():
        with translation.override(language):
            context = {
                "method": method.name,
                "instructions": method.instructions,
                "actor": actor.email,
                "link": message.absolute(page),
            }
        message.queue("payments/email/payee", to=address, language=language, context=context)
