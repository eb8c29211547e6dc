"""Customers, the demo's logins, and what customers think of products."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from allauth.account.models import EmailAddress
from constance import config
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils.text import slugify

from accounts.models import Address, Customer, Seller, SellerMember, SellerRole, User
from accounts.permissions import Role
from catalog.models import Product
from core.ids import uuid7
from core.web.uploads import clean_picture, smaller
from demoshop.source import DemoSource, Row
from orders.models import Order
from payments.services.credits import grant_credit
from reviews import services as reviews
from reviews.models import (
    HelpfulVote,
    ProductQuestion,
    QuestionStatus,
    Review,
    ReviewPhoto,
    ReviewStatus,
)

SUPER_ADMINISTRATOR = "super administrator"
CUSTOMER = "customer"
HELPED = 4


def load_customers(source: DemoSource) -> list[User]:
    return [_customer(row) for row in source.shop["customers"]]


def _person(email: str, first_name: str = "", last_name: str = "") -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, first_name=first_name, last_name=last_name)
        user.refresh_from_db()
    return user


def _customer(row: Row) -> User:
    user = _person(row["email"], row["first_name"], row["last_name"])
    user.phones, user.national_id = [row["phone"]], row["dni"]
    user.save(update_fields=["phones", "national_id"])
    Customer.objects.get_or_create(user=user, defaults={"language": "es"})
    address = row["address"]
    Address.objects.get_or_create(
        user=user,
        street=address["street"],
        defaults={
            "recipient": address["recipient"],
            "phone": address["phone"],
            "district": address["district"],
            "city": address["province"],
            "region": address["department"],
            "postal_code": address["postal_code"],
            "country": address["country"],
            "ubigeo": address["ubigeo"],
            "reference": address["reference"],
            "is_default_shipping": True,
            "is_default_billing": True,
        },
    )
    return user


def load_logins(source: DemoSource) -> None:
    """People who can sign in, each with the rights of a role; their e-mails count as verified."""
    for row in source.shop["logins"]:
        role = row["role"]
        user = _person(row["email"], row.get("first_name", ""), row.get("last_name", ""))
        user.set_password(row["password"])
        user.is_superuser = role == SUPER_ADMINISTRATOR
        user.is_staff = role != CUSTOMER
        user.email_verified = True
        user.save()
        if role not in (SUPER_ADMINISTRATOR, CUSTOMER):
            user.groups.set([Group.objects.get(name=role)])
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        if "store_credit" in row:
            _give_credit(user, row["store_credit"])
        if role == Role.SELLER:
            SellerMember.objects.get_or_create(
                user=user,
                seller=Seller.objects.get(slug=row["seller"]),
                defaults={"role": SellerRole.OWNER},
            )


def _give_credit(user: User, row: Row) -> None:
    grant_credit(
        user.pk,
        Decimal(row["amount"]),
        config.CURRENCY,
        reference=uuid5(NAMESPACE_URL, f"demo credit of {user.email}"),
        note=row["note"],
        actor_id=None,
    )


def load_reviews(source: DemoSource, customers: Sequence[User]) -> None:
    products = dict(Product.objects.values_list("external_id", "pk"))
    rows = [
        Review(
            id=uuid7(),
            product_id=products[row["product"]],
            user=customers[row["customer"]],
            rating=row["rating"],
            title=row["title"],
            comment=row["comment"],
            language=row["language"],
            fit=row.get("fit", ""),
            status=row.get("status", ReviewStatus.APPROVED),
            answer=row.get("answer", ""),
            answered_at=source.ago(row["days_ago"] - 1) if row.get("answer") else None,
            created_at=source.ago(row["days_ago"]),
        )
        for row in source.shop["reviews"]
        if row["product"] in products
    ]
    Review.objects.bulk_create(rows, ignore_conflicts=True)
    _load_photos(source)
    written = Review.objects.approved().filter(pk__in=[row.pk for row in rows])
    votes = [
        HelpfulVote(id=uuid7(), review=review, user=customer)
        for place, review in enumerate(written.order_by("pk"))
        for customer in customers[: place % HELPED]
        if customer.pk != review.user_id
    ]
    HelpfulVote.objects.bulk_create(votes, ignore_conflicts=True)


def _load_photos(source: DemoSource) -> None:
    """Photos of reviews that have none yet."""
    for row in source.shop["reviews"]:
        review = Review.objects.filter(
            product__external_id=row["product"], title=row["title"], comment=row["comment"]
        ).first()
        if review is None or review.photos.exists():
            continue
        for position, name in enumerate(row.get("photos", [])):
            with (source.folder / "pictures" / name).open("rb") as drawn:
                content = clean_picture(drawn).read()
            file = f"{Path(name).stem}.jpg"
            ReviewPhoto.objects.create(
                review=review,
                position=position,
                picture=ContentFile(content, name=file),
                thumbnail=ContentFile(smaller(BytesIO(content), reviews.THUMBNAIL), name=file),
            )


def load_questions(source: DemoSource) -> None:
    """Questions about products; one without an answer waits for staff."""
    products = dict(Product.objects.values_list("external_id", "pk"))
    ProductQuestion.objects.all().delete()
    ProductQuestion.objects.bulk_create(
        ProductQuestion(
            product_id=products[row["product"]],
            name=row["name"],
            email=f"{slugify(row['name'])}@example.com",
            language=row["language"],
            text=row["text"],
            answer=row["answer"],
            answered_at=source.ago(row["days_ago"] - 1) if row["answer"] else None,
            told_at=source.ago(row["days_ago"] - 1) if row["answer"] else None,
            status=QuestionStatus.PUBLISHED if row["answer"] else QuestionStatus.PENDING,
            created_at=source.ago(row["days_ago"]),
        )
        for row in source.shop["questions"]
        if row["product"] in products
    )


def verify_reviews() -> None:
    """Mark the reviews whose writers have bought the product."""
    wrote = User.objects.filter(reviews__isnull=False)
    for order in Order.objects.filter(customer__in=wrote.values("pk")).order_by("pk"):
        reviews.verify(order.pk)
