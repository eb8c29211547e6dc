"""Who may sell in the shop, and who works for whom."""

from uuid import UUID

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Seller, SellerMember, SellerRole, SellerStatus, User
from accounts.permissions import Role
from catalog.models import Product
from catalog.services import with_products_locked
from inventory.models import Warehouse
from outbox.services import publish
from sellers.events import ApplicationAnswered, MemberInvited, SellerApplied
from sellers.exceptions import (
    AnsweredAlready,
    AppliedAlready,
    MemberRefused,
    NameTaken,
    NotThisStep,
)
from sellers.models import ApplicationStatus, SellerApplication

MAX_MEMBERS = 50


@transaction.atomic
def apply(application: SellerApplication) -> SellerApplication:
    """
    Keep somebody's wish to sell here, for staff to answer.

    :raises AppliedAlready: if the person has applied already, or sells here
    """
    application.accepted_terms_at = timezone.now()
    known = AppliedAlready(
        _("We have your application already, or you sell here: look into your mail.")
    )
    if Seller.objects.filter(tax_id=application.document_number).exists():
        raise known
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        raise known from error
    publish(SellerApplied(application_id=str(application.pk)))
    return application


@transaction.atomic
def approve(
    application_id: UUID, *, actor_id: UUID, shop_name: str = "", message: str = ""
) -> Seller:
    """
    Create a seller with a warehouse; the applicant becomes its owner and is invited by mail.

    :raises AnsweredAlready: if somebody was faster
    :raises NameTaken: if another seller has that name; give another one
    """
    application = _to_answer(application_id)
    name = " ".join((shop_name or application.shop_name).split())
    try:
        with transaction.atomic():
            seller = Seller.objects.create(
                name=name,
                slug=_free_slug(name),
                email=application.email,
                tax_id=application.document_number,
            )
    except IntegrityError as error:
        raise NameTaken(_("There is a seller of this name. Give another one.")) from error
    Warehouse.objects.create(code=_free_code(seller), name=name[:100], seller=seller)
    application.seller = seller
    _answer(application, ApplicationStatus.APPROVED, message, actor_id)
    _join(seller, application.email, SellerRole.OWNER, name=application.contact_name)
    return seller


@transaction.atomic
def reject(application_id: UUID, *, message: str, actor_id: UUID) -> None:
    """
    Say no, with a reason.

    :raises AnsweredAlready: if somebody was faster
    """
    _answer(_to_answer(application_id), ApplicationStatus.REJECTED, message, actor_id)


@transaction.atomic
def invite(seller_id: UUID, email: str) -> SellerMember:
    """
    Let somebody work for a seller; who is new here sets a password by the link of a mail.

    :raises MemberRefused: if they work there, or there are too many
    """
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller_id)
    if seller.is_house:
        raise MemberRefused(_("The shop itself has staff, not members."))
    if seller.members.filter(user__email__iexact=email).exists():
        raise MemberRefused(_("This person works there already."))
    if seller.members.count() >= MAX_MEMBERS:
        raise MemberRefused(_("There are too many people: remove somebody first."))
    return _join(seller, email, SellerRole.STAFF)


@transaction.atomic
def remove(seller_id: UUID, member_id: UUID) -> None:
    """
    Remove a person from a seller; without another seller they lose access to the back office.

    :raises MemberRefused: if they do not work there, or are the owner
    """
    member = SellerMember.objects.filter(seller=seller_id, pk=member_id).first()
    if member is None or member.role == SellerRole.OWNER:
        raise MemberRefused(_("This person cannot be removed: ask the shop."))
    user = User.objects.select_for_update().get(pk=member.user_id)
    member.delete()
    if not user.seller_memberships.exists():
        user.groups.remove(*Group.objects.filter(name=Role.SELLER))
        is_colleague = user.is_superuser or user.groups.exists() or user.user_permissions.exists()
        User.objects.filter(pk=user.pk).update(is_staff=user.is_staff and is_colleague)


@transaction.atomic
def suspend(seller_id: UUID) -> None:
    """
    Take a seller's products out of the shop; what is sold already is delivered.

    :raises NotThisStep: if the seller is not approved, or is the house
    """
    _move(seller_id, SellerStatus.APPROVED, SellerStatus.SUSPENDED)
    active = _locked_goods(seller_id).filter(is_active=True)
    active.update(is_active=False, waits_for_seller=True)


@transaction.atomic
def resume(seller_id: UUID) -> None:
    """
    Put a suspended seller's products back into the shop.

    :raises NotThisStep: if the seller is not suspended
    """
    _move(seller_id, SellerStatus.SUSPENDED, SellerStatus.APPROVED)
    waiting = _locked_goods(seller_id).filter(waits_for_seller=True)
    waiting.update(is_active=True, waits_for_seller=False)


def _locked_goods(seller_id: UUID) -> QuerySet[Product]:
    """All the seller's products, locked, including those being published at this moment."""
    return with_products_locked(Product.objects.filter(seller=seller_id))


def _move(seller_id: UUID, old: SellerStatus, new: SellerStatus) -> None:
    standing = Seller.objects.filter(pk=seller_id, is_house=False, status=old)
    if not standing.update(status=new):
        raise NotThisStep(_("The seller has changed meanwhile: reload the page."))


def _to_answer(application_id: UUID) -> SellerApplication:
    application = SellerApplication.objects.locked().get(pk=application_id)
    if application.status != ApplicationStatus.NEW:
        raise AnsweredAlready(_("This application has been answered already."))
    return application


def _answer(
    application: SellerApplication, status: ApplicationStatus, message: str, actor_id: UUID
) -> None:
    application.status, application.message = status, message.strip()
    application.answered_at, application.answered_by_id = timezone.now(), actor_id
    application.save(update_fields=["status", "message", "answered_at", "answered_by", "seller"])
    publish(ApplicationAnswered(application_id=str(application.pk)))


def _join(seller: Seller, email: str, role: SellerRole, name: str = "") -> SellerMember:
    """An existing account keeps its password."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        first, _blank, last = name.partition(" ")
        user = User.objects.create_user(email, first_name=first, last_name=last)
    group, _made = Group.objects.get_or_create(name=Role.SELLER)
    user.groups.add(group)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    member = SellerMember.objects.create(seller=seller, user=user, role=role)
    publish(MemberInvited(member_id=str(member.pk)))
    return member


def _free_slug(name: str) -> str:
    stem = slugify(name)[:140] or "shop"
    taken = set(Seller.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in _numbered(stem) if slug not in taken)


def _free_code(seller: Seller) -> str:
    stem = seller.slug.upper()[:16]
    taken = set(Warehouse.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in _numbered(stem) if code not in taken)


def _numbered(stem: str) -> list[str]:
    return [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
