"""Somebody who has done in the shop all that leaves a trace, under names that nobody else has."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from constance import config
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.files.base import ContentFile
from django.utils import timezone
from post_office import mail as post

from accounts import consents
from accounts.models import (
    Address,
    Customer,
    CustomerNote,
    Impersonation,
    KnownDevice,
    SellerMember,
    User,
)
from cart.models import Cart, CartReminder, ReminderConsent, WishlistItem
from complaints import services as complaints
from complaints.models import Complaint
from core.ids import uuid7
from inventory.models import BackInStockRequest
from invoicing import services as invoicing
from orders.models import Order, OrderAddress, OrderEventKind
from orders.services import record
from orders.states import OrderStatus
from outbox.models import DeliveredMessage, Message
from payments.models import Payment, TransferProof, WebhookEvent
from payments.models.inbox import WebhookStatus
from payments.services.credits import grant_by_hand, grant_credit
from promotions.models import Redemption
from purchasing.models import SupplierTask
from returns import services as returns
from reviews.models import HelpfulVote, InvitationOptOut, ReviewPhoto
from sellers.models import SellerApplication
from shipping.models import Shipment
from shipping.models.shipment import ShipmentEvent
from storefront.emails import send_message
from tests.accounts.factories import SellerFactory, UserFactory
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import draft_of
from tests.invoicing.factories import money_back
from tests.promotions.factories import PromotionFactory
from tests.purchasing.factories import SupplierFactory
from tests.returns.factories import arrived, asked, photo
from tests.reviews.factories import ProductQuestionFactory, ReviewFactory
from tests.waitingroom.factories import DropFactory

EMAIL = "Zoraida.Quispealarcon@example.com"
NAME = "Zoraida"
SURNAME = "Quispealarcon"
PHONE = "+51987650321"
STREET = "Jirón Zarzamora 4711"
DOCUMENT = "44556671"
SAID = "palabrasuya"
TRACES = (EMAIL, NAME, SURNAME, PHONE, "987650321", STREET, "Zarzamora", DOCUMENT, SAID)
PLACE: dict[str, Any] = {
    "recipient": f"{NAME} {SURNAME}",
    "phone": PHONE,
    "street": STREET,
    "city": "Lima",
    "reference": SAID,
}


def somebody() -> User:
    """An account with everything that an account can have."""
    user = UserFactory.create(
        email=EMAIL, first_name=NAME, last_name=SURNAME, phones=[PHONE], national_id=DOCUMENT
    )
    Customer.objects.create(user=user, language="es", notes=SAID)
    Address.objects.create(user=user, **PLACE)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": SAID})
    consents.accept_news(user, is_given=True, place="profile")
    grant_credit(user.pk, Decimal(20), "PEN", reference=uuid4(), note=SAID, actor_id=None)
    grant_by_hand(
        user, Decimal(900), "PEN", reference=uuid4(), note=SAID, actor=UserFactory.create()
    )
    return user


def bought(user: User) -> Order:
    """A finished order with all its papers, a return that was taken back, and a refund."""
    order = arrived(
        customer=user, email=EMAIL, phone=PHONE, document_type="dni", document_number=DOCUMENT
    )
    Order.objects.filter(pk=order.pk).update(
        customer_note=SAID, staff_note=SAID, marks=[f"mail:{EMAIL.lower()}"]
    )
    OrderAddress.objects.filter(order=order).update(**PLACE)
    record(order.pk, OrderEventKind.NOTE, note=SAID, details={"message": SAID, "units": 1})
    invoicing.issue(order.pk)
    back = asked(order, notes=SAID, photos=[photo()])
    returns.withdraw(back.pk, actor_id=None)
    payment = Payment.objects.get(order=order)
    Payment.objects.filter(pk=payment.pk).update(metadata={"return_url": SAID}, gateway_id="pi_77")
    refund = money_back(payment, payment.amount / 10)
    type(refund).objects.filter(pk=refund.pk).update(reason=SAID)
    TransferProof.objects.create(payment=payment, file=ContentFile(b"x", f"{SURNAME}.pdf"))
    parcel = Shipment.objects.get(order=order)
    Shipment.objects.filter(pk=parcel.pk).update(metadata={"to": SAID})
    ShipmentEvent.objects.create(shipment=parcel, status=parcel.status, note=SAID, place=SAID)
    Redemption.objects.create(
        promotion=PromotionFactory.create(), order=order, user=user, identity=EMAIL, amount=1
    )
    SupplierTask.objects.create(
        order=order,
        seller=parcel.seller,
        supplier=SupplierFactory.create(),
        currency="PEN",
        recipient=NAME,
        phone=PHONE,
        address=STREET,
    )
    finish(order)
    return order


def finish(order: Order) -> None:
    for status in (OrderStatus.PROCESSING, OrderStatus.COMPLETED):
        order.refresh_from_db()
        if order.status != OrderStatus.COMPLETED:
            Order.objects.filter(pk=order.pk).exclude(status=status).update(status=status)


def left_elsewhere(user: User) -> None:
    """All that is neither account nor order."""
    variant = VariantFactory.create()
    review = ReviewFactory.create(user=user, title=SAID, comment=SAID)
    ReviewPhoto.objects.create(
        review=review,
        position=1,
        picture=ContentFile(b"x", "a.jpg"),
        thumbnail=ContentFile(b"x", "b.jpg"),
    )
    HelpfulVote.objects.create(review=ReviewFactory.create(), user=user)
    InvitationOptOut.objects.create(user=user)
    ProductQuestionFactory.create(email=EMAIL.lower(), name=SAID, text=SAID)
    config.CONTACT_EMAIL = "hola@example.com"
    send_message({"name": SAID, "email": EMAIL, "order_number": "", "message": SAID})
    KnownDevice.objects.create(user=user, device=uuid4(), ip="192.0.2.1")
    CustomerNote.objects.create(
        customer=user, author=UserFactory.create(), text=f"{NAME} llama los lunes"
    )
    Impersonation.objects.create(
        staff=UserFactory.create(), customer=user, reason=SAID, expires_at=timezone.now()
    )
    signed_in_somewhere(user)
    WishlistItem.objects.create(user=user, variant=variant)
    cart = Cart.objects.create(user=user, email=EMAIL, expires_at=timezone.now())
    ReminderConsent.objects.create(cart=cart, email=EMAIL, language="es")
    CartReminder.objects.create(cart=cart, reader="fingerprint")
    BackInStockRequest.objects.create(variant=variant, email=EMAIL.lower())
    DropFactory.create().reminders.create(email=EMAIL, language="es")
    draft_of(
        variant,
        email=EMAIL,
        first_name=NAME,
        last_name=SURNAME,
        phone=PHONE,
        street=STREET,
        document_number=DOCUMENT,
        customer_note=SAID,
    )
    SellerApplication.objects.create(
        shop_name="Otra tienda",
        document_type="dni",
        document_number=DOCUMENT,
        contact_name=NAME,
        email=EMAIL,
        phone=PHONE,
        goods=SAID,
        language="es",
        accepted_terms_at=timezone.now(),
    )
    complaints.file(
        Complaint(
            kind="claim",
            name=f"{NAME} {SURNAME}",
            document_type="dni",
            document_number=DOCUMENT,
            address=STREET,
            phone=PHONE,
            email=EMAIL,
            ordered="product",
            currency="PEN",
            description="Una silla",
            detail=SAID,
            request=SAID,
            language="es",
        )
    )
    leave_traces(user)


def signed_in_somewhere(user: User) -> None:
    """As allauth writes it down: with the address."""
    session = SessionStore()
    session["account_authentication_methods"] = [{"method": "password", "email": EMAIL}]
    session.create()
    UserSession.objects.create(user=user, session_key=session.session_key, ip="192.0.2.1")


def leave_traces(user: User) -> None:
    """Where an address stands among other things."""
    post.send(
        recipients=[EMAIL],
        sender="tienda@example.com",
        subject=f"Hola, {NAME}",
        message=SAID,
        attachments={"boleta.pdf": ContentFile(b"x")},
    )
    WebhookEvent.objects.create(
        provider="stripe",
        event_id="evt_1",
        payload={"id": "pi_77", "payer": NAME},
        status=WebhookStatus.PROCESSED,
    )
    Message.objects.create(
        event="e", handler="h", payload={"email": EMAIL}, delivered_at=timezone.now()
    )
    DeliveredMessage.objects.create(
        id=uuid7(),
        event="e",
        handler="h",
        payload={"email": EMAIL},
        attempts=1,
        created_at=timezone.now(),
        delivered_at=timezone.now(),
    )
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=EMAIL,
        action_flag=CHANGE,
        change_message=f'[{{"added": {{"name": "dirección", "object": "{NAME}, {STREET}"}}}}]',
    )
    address = Address.objects.get(user=user)
    LogEntry.objects.create(
        user=UserFactory.create(),
        content_type=ContentType.objects.get_for_model(Address),
        object_id=str(address.pk),
        object_repr=str(address),
        action_flag=CHANGE,
    )
    # Once he worked for a seller.
    SellerMember.objects.create(user=user, seller=SellerFactory.create()).delete()
