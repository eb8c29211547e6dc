"""Asking buyers for their opinion: whom, by which link, and how they say no."""

from datetime import datetime, timedelta
from uuid import UUID

from constance import config
from django.core import signing
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from catalog.models import Product
from orders.models import Order, OrderEvent, OrderEventKind, OrderLine
from orders.states import FulfilmentStatus, PaymentStatus
from reviews.models import InvitationOptOut, Review

SALT = "reviews.invitation"
LEAVE_SALT = "reviews.invitation.leave"
MAIL = "review_invitation"
LINK_LIFETIME = timedelta(days=90)
# Older deliveries predate the invitations.
OLDEST = timedelta(days=120)


def due(now: datetime, most: int = 200) -> QuerySet[Order]:
    """
    Orders delivered this many days ago with products to review. 1 query.

    Each once; none to people who opted out or were refunded.
    """
    news = OrderEvent.objects.filter(order=OuterRef("pk"))
    came = news.filter(kind=OrderEventKind.DELIVERED)
    wait = timedelta(days=config.REVIEW_INVITATION_DAYS)
    orders = Order.objects.filter(
        Exists(came),
        Exists(_not_reviewed()),
        ~Exists(came.filter(created_at__gt=now - wait)),
        ~Exists(news.filter(kind=OrderEventKind.MAIL_SENT, details__mail=MAIL)),
        ~Exists(InvitationOptOut.objects.filter(user=OuterRef("customer"))),
        fulfilment_status=FulfilmentStatus.DELIVERED,
        placed_at__gt=now - wait - OLDEST,
    )
    gone = (PaymentStatus.REFUNDED, PaymentStatus.DISPUTED)
    return orders.exclude(payment_status__in=gone).order_by("placed_at")[:most]


def _not_reviewed() -> QuerySet[OrderLine]:
    """Lines of an outer query's order that its buyer has not reviewed yet."""
    written = Review.objects.filter(
        user=OuterRef("order__customer"), product=OuterRef("variant__product")
    )
    shown = Product.objects.published().values("pk")
    return OrderLine.objects.filter(
        ~Exists(written), order=OuterRef("pk"), variant__product__in=shown
    )


def products_of(order: Order) -> list[Product]:
    """What the order's buyer can say something of: all of it that is still on show. 1 query."""
    lines = OrderLine.objects.filter(order=order, delivered_quantity__gt=0)
    products = Product.objects.published().filter(pk__in=lines.values("variant__product"))
    return list(products.order_by("name", "pk"))


def token_of(order: Order) -> str:
    """A token that allows its bearer to review an order's products as its buyer."""
    return signing.dumps(str(order.pk), salt=SALT)


def order_of(token: str) -> Order:
    """
    The order that a link of the mail is for, with its customer. 1 query.

    :raises BadSignature: if the link is forged, or too old
    :raises Order.DoesNotExist: if there is no such order
    """
    key = signing.loads(token, salt=SALT, max_age=LINK_LIFETIME)
    return Order.objects.select_related("customer").get(pk=key)


def leave_token_of(user: User) -> str:
    """Proof that its bearer reads this account's mails."""
    return signing.dumps(str(user.pk), salt=LEAVE_SALT)


def leave(token: str) -> None:
    """
    The account of a signed link is not asked for reviews any more. Twice is once.

    :raises BadSignature: if the link is forged
    """
    key = UUID(signing.loads(token, salt=LEAVE_SALT))
    for user in User.objects.filter(pk=key):
        InvitationOptOut.objects.get_or_create(user=user)
