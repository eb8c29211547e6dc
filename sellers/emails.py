"""What applicants and sellers hear by mail."""

from collections.abc import Iterable
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from constance import config
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, Seller, SellerMember
from accounts.selectors import told_of
from core.mail import message
from orders.models import OrderLine
from returns.models import Return
from sellers.models import ApplicationStatus, SellerApplication, SellerNews


@transaction.atomic
def send_received(application_id: UUID) -> None:
    """Thank the applicant, and tell the shop, once."""
    application = SellerApplication.objects.locked().get(pk=application_id)
    if application.received_mailed_at:
        return
    context = {"application": application}
    message.queue(
        "sellers/email/received",
        to=application.email,
        language=application.language,
        context=context,
    )
    if config.CONTACT_EMAIL:
        page = reverse("admin:sellers_sellerapplication_change", args=[application.pk])
        message.queue(
            "sellers/email/applied",
            to=config.CONTACT_EMAIL,
            language=settings.LANGUAGE_CODE,
            context={**context, "link": message.absolute(page)},
        )
    application.received_mailed_at = timezone.now()
    application.save(update_fields=["received_mailed_at"])


@transaction.atomic
def send_answer(application_id: UUID) -> None:
    """Yes or no, once, with the shop's message."""
    application = SellerApplication.objects.locked().get(pk=application_id)
    if application.answer_mailed_at or not application.answered_at:
        return
    is_approved = application.status == ApplicationStatus.APPROVED
    message.queue(
        f"sellers/email/{'approved' if is_approved else 'rejected'}",
        to=application.email,
        language=application.language,
        context={"application": application},
    )
    application.answer_mailed_at = timezone.now()
    application.save(update_fields=["answer_mailed_at"])


@transaction.atomic
def send_invitation(member_id: UUID) -> None:
    """The way into the back office, for who still works for the seller; who is new gets a key."""
    found = SellerMember.objects.select_for_update(of=["self"]).filter(pk=member_id)
    member = found.select_related("user", "seller").first()
    if member is None or member.invited_at:
        return
    user = member.user
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    set_password = reverse("account_reset_password_from_key", args=key.split("-", 1))
    message.queue(
        "sellers/email/invitation",
        to=user.email,
        language=_language_of(member),
        context={
            "seller": member.seller,
            "is_new": not user.has_usable_password(),
            "set_password_link": message.absolute(set_password),
            "link": message.absolute(reverse("admin:index")),
        },
    )
    member.invited_at = timezone.now()
    member.save(update_fields=["invited_at"])


def send_sold(order_id: UUID) -> None:
    """Mail each seller of an order the lines to send."""
    lines = OrderLine.objects.filter(order=order_id, seller__is_house=False)
    by_seller: dict[Seller, list[OrderLine]] = {}
    for line in lines.select_related("seller", "order").order_by("position"):
        by_seller.setdefault(line.seller, []).append(line)
    for seller, own in by_seller.items():
        order = own[0].order
        page = reverse("admin:orders_order_change", args=[order.pk])
        _tell(seller, "sold", page, order.pk, {"order": order, "lines": own})


def send_returned(return_id: UUID) -> None:
    """Mail a seller about a requested return of their goods."""
    back = Return.objects.select_related("seller", "order").get(pk=return_id)
    if back.seller.is_house:
        return
    page = reverse("admin:returns_return_change", args=[back.pk])
    items = list(back.items.select_related("line").order_by("pk"))
    _tell(back.seller, "returned", page, back.pk, {"back": back, "items": items})


@transaction.atomic
def _tell(seller: Seller, name: str, page: str, about: UUID, context: dict[str, object]) -> None:
    _news, is_new = SellerNews.objects.get_or_create(seller=seller, about=about)
    if not is_new:
        return
    for address, language in told_of(seller).items():
        message.queue(
            f"sellers/email/{name}",
            to=address,
            language=language,
            context={**context, "seller": seller, "link": message.absolute(page)},
        )


def _language_of(member: SellerMember) -> str:
    application = SellerApplication.objects.filter(seller=member.seller).first()
    customers: Iterable[str] = Customer.objects.filter(user=member.user_id).values_list(
        "language", flat=True
    )
    chosen = next(iter(customers), "") or (application.language if application else "")
    return chosen or settings.LANGUAGE_CODE
