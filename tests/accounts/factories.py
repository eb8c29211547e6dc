import time
from functools import cache
from typing import Any

import factory
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.test import Client
from factory.django import DjangoModelFactory

from accounts import roles
from accounts.models import Seller, User
from accounts.permissions import Role

PASSWORD = "una clave bien larga 9"


@cache
def _hashed(password: str) -> str:
    """Once: a hash is slow by design."""
    return make_password(password)


class UserFactory(DjangoModelFactory[User]):
    """A customer with a verified address who can sign in with PASSWORD."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"persona{n}@example.com")
    first_name = "Ana"
    last_name = "Quispe"
    email_verified = True
    password = factory.LazyFunction(lambda: _hashed(PASSWORD))


class SellerFactory(DjangoModelFactory[Seller]):
    """A seller of the marketplace; `house()` gives the shop's own."""

    class Meta:
        model = Seller

    name = factory.Sequence(lambda n: f"Vendedor {n}")
    slug = factory.Sequence(lambda n: f"vendedor-{n}")


def house() -> Seller:
    """The house seller; tests that truncate tables have lost the migrated one."""
    seller, _ = Seller.objects.get_or_create(
        is_house=True, defaults={"name": "Vitrina", "slug": "vitrina"}
    )
    return seller


def verified(user: User | None = None, **fields: Any) -> User:
    """Somebody who can sign in by the form: the owner of the address is proved."""
    person: User = user or UserFactory.create(**fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_up(email: str) -> dict[str, str]:
    """What the form for a new account is filled in with."""
    return {"first_name": "Rosa", "last_name": "Flores", "email": email, "password1": PASSWORD}


def staff_with(role: Role) -> User:
    """A member of staff with that role."""
    # Only tests that empty the tables have lost them.
    if not Group.objects.filter(name=role).exists():
        roles.sync()
    user: User = UserFactory.create(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(client: Client, role: Role) -> User:
    """A member of staff with that role, who has just signed in with this browser."""
    user = staff_with(role)
    client.force_login(user)
    sign_in_again(client)
    return user


def sign_in_again(client: Client, *, minutes_ago: int = 0) -> None:
    """The browser's session as if its owner had shown the password then."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() - 60 * minutes_ago}
    ]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = session["_auth_user_id"]
    session.save()
