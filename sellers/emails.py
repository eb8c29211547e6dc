"""What applicants and sellers hear by mail."""

from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from constance import config
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Customer, Seller, SellerMember
from accounts.public_requests import mail_once, mail_receipt
from accounts.selectors import told_of
from core.mail import message
from orders.models import OrderLine
from returns.models import Return
from sellers.models import ApplicationStatus, SellerApplication, SellerNews


def send_received(application_id: UUID) -> None:
    """Thank the applicant, and tell the shop, once."""
    mail_once(
        SellerApplication.objects.all(), application_id, "received_mailed_at", _queue_received
    )


def _queue_received(application: SellerApplication) -> None:
    mail_receipt(
        application,
        {"application": application},
        receipt="sellers/email/received",
        notice="sellers/email/applied",
        shop=config.CONTACT_EMAIL,
    )


def send_answer(application_id: UUID) -> None:
    """Yes or no, once, with the shop's message."""
    answered = SellerApplication.objects.filter(answered_at__isnull=False)
    mail_once(answered, application_id, "answer_mailed_at", _queue_answer)


def _queue_answer(application: SellerApplication) -> None:
    is_approved = application.status == ApplicationStatus.APPROVED
    message.queue(
        f"sellers/email/{'approved' if is_approved else 'rejected'}",
        to=application.email,
        language=application.language,
        context={"application": application},
    )


def send_invitation(member_id: UUID) -> None:
    """The way into the back office, for who still works for the seller; who is new gets a key."""
    members = SellerMember.objects.select_related("user", "seller")
    mail_once(members, member_id, "invited_at", _queue_invitation)


def _queue_invitation(member: SellerMember) -> None:
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
    customer = Customer.objects.filter(user=member.user_id).first()
    chosen = (each.language for each in (customer, application) if each and each.language)
    return next(chosen, settings.LANGUAGE_CODE)
