"""
Personal data by table: how a person's rows are found, what an export shows of them, and what an
erasure does to them.

Export and erasure both follow this list, and a test fails for a table that could hold personal data
and is not here. docs/privacy.md explains the rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field

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
    CustomerNote,
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
from reviews.models import HelpfulVote, InvitationOptOut, ProductQuestion, Review, ReviewPhoto
from sellers.models import SellerApplication
from shipping.models import Shipment, ShipmentEvent
from waitingroom.models import DropReminder

NO_NAME: dict[str, object] = {"email": lambda person: person.emptied_email}


@dataclass(frozen=True)
class Held:
    """
    One table.

    `of` finds the person's rows. `shown` are the columns of their copy. `emptied` says what columns
    hold after an erasure, or how that is known of a person; with `goes` the rows are deleted, with
    what `files` name. A table with neither stays as it is, for what `stays` says.
    """

    model: type[Model]
    of: Callable[[Person], Q]
    shown: str
    _: KW_ONLY
    emptied: Mapping[str, object] = field(default_factory=dict)
    goes: bool = False
    files: tuple[str, ...] = ()
    stays: str = ""

    @property
    def name(self) -> str:
        return self.model._meta.label_lower


def by_account(path: str = "user") -> Callable[[Person], Q]:
    """Rows of the person's account; none without an account."""
    return lambda person: Q(**{path: person.user_id}) if person.user_id else Q(pk__in=[])


def by_address(person: Person) -> Q:
    """Rows with the person's e-mail address, in any case."""
    return Q(email__iexact=person.email)


def by_either(path: str = "user") -> Callable[[Person], Q]:
    return lambda person: by_account(path)(person) | by_address(person)


def texts(names: str) -> dict[str, object]:
    """Columns of text that are emptied."""
    return dict.fromkeys(names.split(), "")


PLACE = "recipient phone street district city region postal_code country ubigeo reference"
HELD = (
    Held(
        User,
        by_account("pk"),
        "email first_name last_name phones national_id email_verified created_at last_login",
        emptied={
            **texts("first_name last_name national_id"),
            **NO_NAME,
            "phones": [],
            "password": lambda _person: make_password(None),
            "email_verified": False,
            "is_active": False,
            "last_login": None,
        },
    ),
    Held(
        Customer,
        by_account(),
        "language accepts_marketing notes",
        emptied={**texts("language notes"), "accepts_marketing": False},
    ),
    Held(CustomerNote, by_account("customer"), "created_at text", emptied={"text": MASK}),
    Held(Consent, by_either(), "email purpose is_given place created_at", emptied=NO_NAME),
    Held(Address, by_account(), PLACE, goes=True),
    Held(EmailAddress, by_account(), "email verified", goes=True),
    Held(Authenticator, by_account(), "type created_at last_used_at", goes=True),
    Held(UserSession, by_account(), "created_at last_seen_at ip user_agent", goes=True),
    Held(KnownDevice, by_account(), "created_at seen_at ip user_agent", goes=True),
    Held(
        Impersonation,
        by_account("customer"),
        "created_at ended_at reason",
        emptied={"reason": MASK},
    ),
    Held(
        SellerMember,
        by_account(),
        "seller__name role created_at",
        stays="nobody who works for a seller is erased",
    ),
    Held(
        Order,
        by_account("customer"),
        "number placed_at status payment_status fulfilment_status currency subtotal discount_total"
        " shipping_total tax_total total email phone document_type document_number"
        " shipping_method_name payment_method_name coupon_code customer_note language",
        emptied={
            **texts("phone document_type document_number customer_note staff_note placed_from"),
            **NO_NAME,
            "marks": [],
        },
    ),
    Held(
        OrderAddress,
        by_account("order__customer"),
        f"order__number kind {PLACE}",
        # The district stays: sales are told by region.
        emptied=texts("recipient phone street postal_code reference"),
    ),
    Held(
        OrderLine,
        by_account("order__customer"),
        "order__number sku name options quantity unit_price total",
        stays="what was sold, of nobody any more",
    ),
    Held(
        OrderEvent,
        by_account("order__customer"),
        "order__number created_at kind note",
        # The rest of the details are numbers and amounts, which the books need.
        emptied={"note": "", "details": RawSQL("details - 'message'", [])},
    ),
    Held(
        Payment,
        by_account("order__customer"),
        "number order__number gateway amount currency state created_at",
        emptied={"metadata": {}},
    ),
    Held(
        Refund,
        by_account("payment__order__customer"),
        "number payment__number amount reason state created_at",
        emptied=texts("reason"),
    ),
    Held(
        TransferProof,
        by_account("payment__order__customer"),
        "payment__number created_at",
        goes=True,
        files=("file",),
    ),
    Held(
        StoreCredit,
        by_account(),
        "balance currency created_at expires_at",
        stays="amounts that the books need, of nobody any more",
    ),
    Held(
        StoreCreditEntry,
        by_account("credit__user"),
        "created_at kind amount credit__currency note",
        emptied=texts("note"),
    ),
    Held(
        CreditRequest,
        by_account(),
        "number amount currency reason state created_at",
        emptied=texts("reason"),
    ),
    Held(
        Redemption,
        by_account(),
        "promotion__name order__number amount created_at",
        emptied=texts("identity"),
    ),
    Held(
        FiscalDocument,
        by_account("order__customer"),
        "number kind issued_at customer_name customer_document_type customer_document"
        " customer_address total currency",
        stays="tax law asks for issued documents as they are",
    ),
    Held(
        Shipment,
        by_account("order__customer"),
        "number order__number status tracking_number shipped_at",
        emptied={"metadata": {}, **texts("label pickup_code")},
        files=("label",),
    ),
    Held(
        ShipmentEvent,
        by_account("shipment__order__customer"),
        "shipment__number created_at status place note",
        emptied=texts("note place"),
    ),
    Held(
        SupplierTask,
        by_account("order__customer"),
        "order__number supplier__name recipient phone address",
        emptied=texts("recipient phone address"),
    ),
    Held(
        Return,
        by_account("order__customer"),
        "number order__number status reason notes staff_message",
        emptied=texts("notes staff_message instructions receipt_note"),
    ),
    Held(
        ReturnPhoto,
        by_account("return_request__order__customer"),
        "return_request__number created_at",
        goes=True,
        files=("picture",),
    ),
    Held(
        ReviewPhoto,
        by_account("review__user"),
        "review__product__name created_at",
        goes=True,
        files=("picture", "thumbnail"),
    ),
    Held(
        Review,
        by_account(),
        "product__name rating title comment status created_at",
        # The rating stays in the product's average.
        emptied=texts("title comment rejection answer"),
    ),
    Held(
        HelpfulVote,
        by_account(),
        "review__product__name created_at",
        stays="a count on the review, of nobody any more",
    ),
    Held(
        ProductQuestion,
        by_either(),
        "product__name name email text status answer created_at",
        goes=True,
    ),
    Held(InvitationOptOut, by_account(), "created_at", goes=True),
    Held(WishlistItem, by_account(), "variant__sku variant__product__name created_at", goes=True),
    Held(ReminderConsent, by_either("cart__user"), "email language created_at", goes=True),
    Held(CartReminder, by_account("cart__user"), "created_at", emptied=texts("reader")),
    Held(Cart, by_either(), "email status created_at expires_at", emptied=texts("email")),
    Held(BackInStockRequest, by_either(), "variant__sku email created_at notified_at", goes=True),
    Held(DropReminder, by_address, "collection__name email created_at", goes=True),
    Held(
        Draft,
        by_address,
        "created_at first_name last_name email phone street city",
        emptied=texts(
            "email first_name last_name phone document_type document_number company street"
            " postal_code reference customer_note staff_note"
        ),
    ),
    Held(
        SellerApplication,
        by_address,
        "shop_name contact_name email phone document_number goods status",
        emptied={
            **texts("contact_name phone goods message"),
            **NO_NAME,
            "document_number": lambda person: fingerprint(person.email)[:20],
        },
    ),
    Held(
        Complaint,
        by_address,
        "number created_at kind name email detail request answer",
        stays="consumer law asks for the sheets of the complaints book as they were written",
    ),
)
