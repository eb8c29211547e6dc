"""A buyer who has done all that leaves a trace, and everybody else who might want to look at it."""

from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from constance import config
from django.contrib.auth.models import Group
from django.core import signing
from django.test import Client

from accounts import roles
from accounts.models import Address, SellerMember, SellerRole, User
from accounts.permissions import Role
from backoffice.month_end import links
from cart import abandoned
from cart.abandoned import Recipient
from cart.models import CartReminder
from catalog.models import Brand, Kit, KitItem
from complaints.models import Complaint
from complaints.views import SALT as SHEET
from inventory.models import BackInStockRequest
from inventory.services import sign_ups
from invoicing.models import FiscalDocument
from orders.links import token_for
from orders.models import Order
from returns.models import Return, ReturnPhoto
from reviews import invitations
from reviews.models import Review, ReviewPhoto, ReviewStatus
from storefront.models import Page
from tests.accounts.factories import SellerFactory, UserFactory, staff_with
from tests.backoffice.factories import month_link
from tests.privacy.factories import EMAIL, TRACES, bought, left_elsewhere, somebody
from tests.reviews.factories import ReviewFactory
from tests.waitingroom.factories import DropFactory, drop_variant
from waitingroom import reminders

# Who asks. The owner is the only one to whom the order and the account belong.
NOBODY, OWNER, STRANGER, SELLER, SUPERUSER = "nobody", "owner", "stranger", "seller", "superuser"
STAFF = [role for role in Role if role != Role.SELLER]
EVERYBODY = [NOBODY, OWNER, STRANGER, SELLER, *STAFF, SUPERUSER]
__all__ = ["TRACES", "World", "made"]


@dataclass(frozen=True)
class World:
    """What stands in the places of addresses, and a browser for each of the people."""

    owner: User
    order: Order
    places: dict[str, str]
    browsers: dict[str, Client]


def made() -> World:
    roles.sync()
    config.MARKETPLACE = True
    owner = somebody()
    order = bought(owner)
    left_elsewhere(owner)
    # Else everybody may read it.
    Review.objects.filter(user=owner).update(status=ReviewStatus.PENDING)
    return World(owner, order, _places(owner, order), _browsers(owner))


def _places(owner: User, order: Order) -> dict[str, str]:
    variant = order.lines.get().variant
    product = variant.product
    return {
        "product": product.slug,
        "category": product.category.slug,
        "family": product.category.family.slug,
        "brand": Brand.objects.get(variants=variant).slug,
        "seller": product.seller.slug,
        "sku": variant.sku,
        "order": order.number,
        "address": str(Address.objects.get(user=owner).pk),
        "session": str(UserSession.objects.get(user=owner).pk),
        "document": FiscalDocument.objects.filter(order=order).order_by("pk")[0].number,
        "return": str(Return.objects.get(order=order).pk),
        "return-photo": str(ReturnPhoto.objects.get(return_request__order=order).pk),
        "review-photo": str(ReviewPhoto.objects.get().pk),
        "review": str(ReviewFactory.create().pk),
        "size": "large",
        "colours": "1-1f5596",
        "section": "products",
        "provider": "simulator",
        **_shown(product),
        **_keys(owner, order),
    }


def _shown(product: Any) -> dict[str, str]:
    drop = DropFactory.create()
    drop_variant(drop)
    kit = Kit.objects.create(name="Sala", slug="sala", discount_percent=10)
    KitItem.objects.create(kit=kit, product=product)
    Page.objects.create(title="Envíos", slug="envios", body="Cómo llega.")
    return {"drop": drop.slug, "kit": "sala", "page": "envios"}


def _keys(owner: User, order: Order) -> dict[str, str]:
    """The signed ways to what is hers, as mails bring them."""
    variant = order.lines.get().variant
    reminder = CartReminder.objects.get()
    reminder.lines = [{"line": str(variant.pk), "quantity": 1}]
    reminder.save()
    asked = BackInStockRequest.objects.get(email=EMAIL.lower())
    return {
        "key-order": token_for(order),
        "key-reviews": invitations.token_of(order),
        "key-sheet": signing.dumps(str(Complaint.objects.get().pk), salt=SHEET),
        "key-month": links.token_of(month_link()),
        "key-cart": abandoned.reminder_token(reminder),
        "key-unit": sign_ups.claim_token_of(asked),
        "leave-units": sign_ups.token_of(asked),
        "leave-carts": abandoned.unsubscribe_token(Recipient(email=EMAIL.lower(), language="es")),
        "leave-reviews": invitations.leave_token_of(owner),
        "leave-drops": reminders.token_of(EMAIL.lower()),
    }


def _browsers(owner: User) -> dict[str, Client]:
    people = {OWNER: owner, STRANGER: UserFactory.create(), SELLER: _seller()}
    people |= {role: staff_with(role) for role in STAFF}
    people[SUPERUSER] = UserFactory.create(is_staff=True, is_superuser=True)
    browsers = {name: Client(raise_request_exception=False) for name in EVERYBODY}
    for name, user in people.items():
        browsers[name].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browsers


def _seller() -> User:
    """Somebody else's seller: none of his goods is in the order."""
    user = UserFactory.create(is_staff=True)
    user.groups.add(Group.objects.get(name=Role.SELLER))
    SellerMember.objects.create(seller=SellerFactory.create(), user=user, role=SellerRole.OWNER)
    return user
