"""
Personal data by table: how a person's rows are found, what an export shows of them, and what an
erasure does to them.

Export and erasure both follow this list, and a test fails for a table that could hold personal data
and is not here. docs/privacy.md explains the rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db.models import Model, Q
from django.db.models.expressions import RawSQL

from accounts.models import (
    Address,
    Consent,
    Customer,
    Impersonation,
    KnownDevice,
    SellerMember,
    User,
)
from cart.models import Cart, CartReminder, ReminderConsent, WishlistItem
from checkout.models import Draft
from complaints.models import Complaint
from inventory.models import BackInStockRequest
from invoicing.models import FiscalDocument
from orders.models import Order, OrderAddress, OrderEvent, OrderLine
from payments.models import (
    CreditRequest,
    Payment,
    Refund,
    StoreCredit,
    StoreCreditEntry,
    TransferProof,
)
from privacy.free_text import MASK
from privacy.people import Person, fingerprint
from promotions.models import Redemption
from purchasing.models import SupplierTask
from returns.models import Return, ReturnPhoto
from reviews.models import HelpfulVote, InvitationOptOut, Review, ReviewPhoto
from sellers.models import SellerApplication
from shipping.models import Shipment, ShipmentEvent
from waitingroom.models import DropReminder

Empty = object | Callable[[Person], object]


@dataclass(frozen=True, kw_only=True)
class Held:
    """
    One table.

    `of` finds the person's rows. `shown` are the columns of their copy. `emptied` says what columns
    hold after an erasure; with `goes` the rows are deleted, with what `files` name. A table with
    neither stays as it is, for what `stays` says.
    """

    model: type[Model]
    of: Callable[[Person], Q]
    shown: tuple[str, ...]
    emptied: Mapping[str, Empty] = field(default_factory=dict)
    goes: bool = False
    files: tuple[str, ...] = ()
    stays: str = ""

    @property
    def name(self) -> str:
        return self.model._meta.label_lower


def by_account(path: str = "user") -> Callable[[Person], Q]:
    """Rows of the person's account; none without an account."""
    return lambda person: Q(**{path: person.user_id}) if person.user_id else Q(pk__in=[])


def by_address(field_name: str = "email") -> Callable[[Person], Q]:
    """Rows with the person's e-mail address, in any case."""
    return lambda person: Q(**{f"{field_name}__iexact": person.email})


def by_either(path: str = "user") -> Callable[[Person], Q]:
    return lambda person: by_account(path)(person) | by_address()(person)


def texts(*names: str) -> dict[str, Empty]:
    """Columns of text that are emptied."""
    return dict.fromkeys(names, "")


PLACE = (
    *("recipient", "phone", "street", "district", "city", "region", "postal_code", "country"),
    *("ubigeo", "reference"),
)
HELD = (
    Held(
        model=User,
        of=by_account("pk"),
        shown=(
            *("email", "first_name", "last_name", "phones", "national_id", "email_verified"),
            *("created_at", "last_login"),
        ),
        emptied={
            **texts("first_name", "last_name", "national_id"),
            "email": lambda person: person.emptied_email,
            "phones": lambda _person: [],
            "password": lambda _person: make_password(None),
            "email_verified": False,
            "is_active": False,
            "last_login": None,
        },
    ),
    Held(
        model=Customer,
        of=by_account(),
        shown=("language", "accepts_marketing", "notes"),
        emptied={**texts("language", "notes"), "accepts_marketing": False},
    ),
    Held(
        model=Consent,
        of=by_either(),
        shown=("email", "purpose", "is_given", "place", "created_at"),
        emptied={"email": lambda person: person.emptied_email},
    ),
    Held(model=Address, of=by_account(), shown=PLACE, goes=True),
    Held(model=EmailAddress, of=by_account(), shown=("email", "verified"), goes=True),
    Held(
        model=Authenticator,
        of=by_account(),
        shown=("type", "created_at", "last_used_at"),
        goes=True,
    ),
    Held(
        model=UserSession,
        of=by_account(),
        shown=("created_at", "last_seen_at", "ip", "user_agent"),
        goes=True,
    ),
    Held(
        model=KnownDevice,
        of=by_account(),
        shown=("created_at", "seen_at", "ip", "user_agent"),
        goes=True,
    ),
    Held(
        model=Impersonation,
        of=by_account("customer"),
        shown=("created_at", "ended_at", "reason"),
        emptied={"reason": MASK},
    ),
    Held(
        model=SellerMember,
        of=by_account(),
        shown=("seller__name", "role", "created_at"),
        stays="nobody who works for a seller is erased",
    ),
    Held(
        model=Order,
        of=by_account("customer"),
        shown=(
            *("number", "placed_at", "status", "payment_status", "fulfilment_status", "currency"),
            *("subtotal", "discount_total", "shipping_total", "tax_total", "total", "email"),
            *("phone", "document_type", "document_number", "shipping_method_name"),
            *("payment_method_name", "coupon_code", "customer_note", "language"),
        ),
        emptied={
            **texts("phone", "document_type", "document_number", "customer_note", "staff_note"),
            **texts("placed_from"),
            "email": lambda person: person.emptied_email,
            "marks": lambda _person: [],
        },
    ),
    Held(
        model=OrderAddress,
        of=by_account("order__customer"),
        shown=("order__number", "kind", *PLACE),
        # The district stays: sales are told by region.
        emptied=texts("recipient", "phone", "street", "postal_code", "reference"),
    ),
    Held(
        model=OrderLine,
        of=by_account("order__customer"),
        shown=("order__number", "sku", "name", "options", "quantity", "unit_price", "total"),
        stays="what was sold, of nobody any more",
    ),
    Held(
        model=OrderEvent,
        of=by_account("order__customer"),
        shown=("order__number", "created_at", "kind", "note"),
        # The rest of the details are numbers and amounts, which the books need.
        emptied={**texts("note"), "details": lambda _person: RawSQL("details - 'message'", [])},
    ),
    Held(
        model=Payment,
        of=by_account("order__customer"),
        shown=("number", "order__number", "gateway", "amount", "currency", "state", "created_at"),
        emptied={"metadata": lambda _person: {}},
    ),
    Held(
        model=Refund,
        of=by_account("payment__order__customer"),
        shown=("number", "payment__number", "amount", "reason", "state", "created_at"),
        emptied=texts("reason"),
    ),
    Held(
        model=TransferProof,
        of=by_account("payment__order__customer"),
        shown=("payment__number", "created_at"),
        goes=True,
        files=("file",),
    ),
    Held(
        model=StoreCredit,
        of=by_account(),
        shown=("balance", "currency", "created_at", "expires_at"),
        stays="amounts that the books need, of nobody any more",
    ),
    Held(
        model=StoreCreditEntry,
        of=by_account("credit__user"),
        shown=("created_at", "kind", "amount", "credit__currency", "note"),
        emptied=texts("note"),
    ),
    Held(
        model=CreditRequest,
        of=by_account(),
        shown=("number", "amount", "currency", "reason", "state", "created_at"),
        emptied=texts("reason"),
    ),
    Held(
        model=Redemption,
        of=by_account(),
        shown=("promotion__name", "order__number", "amount", "created_at"),
        emptied=texts("identity"),
    ),
    Held(
        model=FiscalDocument,
        of=by_account("order__customer"),
        shown=(
            *("number", "kind", "issued_at", "customer_name", "customer_document_type"),
            *("customer_document", "customer_address", "total", "currency"),
        ),
        stays="tax law asks for issued documents as they are",
    ),
    Held(
        model=Shipment,
        of=by_account("order__customer"),
        shown=("number", "order__number", "status", "tracking_number", "shipped_at"),
        emptied={"metadata": lambda _person: {}, **texts("label", "pickup_code")},
        files=("label",),
    ),
    Held(
        model=ShipmentEvent,
        of=by_account("shipment__order__customer"),
        shown=("shipment__number", "created_at", "status", "place", "note"),
        emptied=texts("note", "place"),
    ),
    Held(
        model=SupplierTask,
        of=by_account("order__customer"),
        shown=("order__number", "supplier__name", "recipient", "phone", "address"),
        emptied=texts("recipient", "phone", "address"),
    ),
    Held(
        model=Return,
        of=by_account("order__customer"),
        shown=("number", "order__number", "status", "reason", "notes", "staff_message"),
        emptied=texts("notes", "staff_message", "instructions", "receipt_note"),
    ),
    Held(
        model=ReturnPhoto,
        of=by_account("return_request__order__customer"),
        shown=("return_request__number", "created_at"),
        goes=True,
        files=("picture",),
    ),
    Held(
        model=ReviewPhoto,
        of=by_account("review__user"),
        shown=("review__product__name", "created_at"),
        goes=True,
        files=("picture", "thumbnail"),
    ),
    Held(
        model=Review,
        of=by_account(),
        shown=("product__name", "rating", "title", "comment", "status", "created_at"),
        # The rating stays in the product's average.
        emptied=texts("title", "comment", "rejection", "answer"),
    ),
    Held(
        model=HelpfulVote,
        of=by_account(),
        shown=("review__product__name", "created_at"),
        stays="a count on the review, of nobody any more",
    ),
    Held(model=InvitationOptOut, of=by_account(), shown=("created_at",), goes=True),
    Held(
        model=WishlistItem,
        of=by_account(),
        shown=("variant__sku", "variant__product__name", "created_at"),
        goes=True,
    ),
    Held(
        model=ReminderConsent,
        of=by_either("cart__user"),
        shown=("email", "language", "created_at"),
        goes=True,
    ),
    Held(
        model=CartReminder,
        of=by_account("cart__user"),
        shown=("created_at",),
        emptied=texts("reader"),
    ),
    Held(
        model=Cart,
        of=by_either(),
        shown=("email", "status", "created_at", "expires_at"),
        emptied=texts("email"),
    ),
    Held(
        model=BackInStockRequest,
        of=by_either(),
        shown=("variant__sku", "email", "created_at", "notified_at"),
        goes=True,
    ),
    Held(
        model=DropReminder,
        of=by_address(),
        shown=("collection__name", "email", "created_at"),
        goes=True,
    ),
    Held(
        model=Draft,
        of=by_address(),
        shown=("created_at", "first_name", "last_name", "email", "phone", "street", "city"),
        emptied=texts(
            *("email", "first_name", "last_name", "phone", "document_type", "document_number"),
            *("company", "street", "postal_code", "reference", "customer_note", "staff_note"),
        ),
    ),
    Held(
        model=SellerApplication,
        of=by_address(),
        shown=("shop_name", "contact_name", "email", "phone", "document_number", "goods", "status"),
        emptied={
            **texts("contact_name", "phone", "goods", "message"),
            "email": lambda person: person.emptied_email,
            "document_number": lambda person: fingerprint(person.email)[:20],
        },
    ),
    Held(
        model=Complaint,
        of=by_address(),
        shown=("number", "created_at", "kind", "name", "email", "detail", "request", "answer"),
        stays="consumer law asks for the sheets of the complaints book as they were written",
    ),
)
