"""Masks a person's names in free texts written by staff."""

import re
from collections.abc import Iterable

from django.apps import apps
from django.db.models import F, Func, Value

from accounts.models import Address, User
from orders.models import Order, OrderAddress
from privacy.people import Person

MASK = "…"
# By name: some of the tables belong to a layer above.
FREE_TEXTS = (
    ("accounts.Impersonation", "reason"),
    ("privacy.PrivacyRequest", "reason"),
    ("backoffice.BulkAction", "back"),
    ("backoffice.BulkAction", "given"),
    ("backoffice.BulkRow", "refusal"),
)
SAVED_LISTS = "backoffice.SavedList"
# Fewer signs would be found in texts about others, too; the last ones of a phone tell whose it is.
MIN = 7
TELLING_DIGITS = 9


def address_pattern(email: str) -> str:
    """
    What finds the address itself, in Python and in PostgreSQL, also as part of a page's address or
    of JSON; not one that ends or begins with it, such as `ana.rojas@…` of `rojas@…`.
    """
    begins = r"(?:(?<![\w.+-])|(?<=%(?:3D|20|22|2C|3A|3C))|(?<=\\[nrt]))"
    return begins + re.escape(email).replace("@", "(@|%40)") + r"(?![\w-]|\.\w)"


def pattern_of(person: Person) -> str:
    """
    A pattern of address, phones, documents and full names for Python and PostgreSQL, however
    they are spaced or written in an address of a page. Ask before they are emptied. 4 queries.
    """
    found = [address_pattern(person.email)]
    if person.user_id:
        user = User.objects.get(pk=person.user_id)
        names = {name for name in _names(user) if " " in name.strip() and len(name) >= MIN}
        found += [_spaced(name.split(), "+") for name in names]
        numbers = {re.sub(r"\W", "", number)[-TELLING_DIGITS:] for number in _numbers(user)}
        found += [_spaced(number, "*") for number in numbers if len(number) >= MIN]
    return "|".join(found)


def masked(text: str, pattern: str) -> str:
    return re.sub(pattern, MASK, text, flags=re.IGNORECASE)


def take_out(pattern: str) -> dict[str, int]:
    """Mask the person in what staff have typed; delete lists saved under their name."""
    done = dict.fromkeys([label.lower() for label, _column in FREE_TEXTS], 0)
    for label, column in FREE_TEXTS:
        without = Func(
            F(column), Value(pattern), Value(MASK), Value("gi"), function="regexp_replace"
        )
        rows = apps.get_model(label).objects.filter(**{f"{column}__iregex": pattern})
        done[label.lower()] += rows.update(**{column: without})
    lists = apps.get_model(SAVED_LISTS).objects
    named = lists.filter(name__iregex=pattern) | lists.filter(query__iregex=pattern)
    return {**done, SAVED_LISTS.lower(): named.delete()[0]}


def _names(user: User) -> Iterable[str]:
    yield from (f"{user.first_name} {user.last_name}", f"{user.last_name} {user.first_name}")
    yield from Address.objects.filter(user=user).values_list("recipient", flat=True)
    places = OrderAddress.objects.filter(order__customer=user)
    yield from places.values_list("recipient", flat=True)


def _numbers(user: User) -> Iterable[str]:
    yield from (*user.phones, user.national_id)
    orders = Order.objects.filter(customer=user)
    for of_order in orders.values_list("phone", "document_number"):
        yield from of_order


def _spaced(parts: Iterable[str], times: str) -> str:
    """The parts separated by spaces, or by what replaces spaces in URLs."""
    return rf"([ .+-]|%20){times}".join(re.escape(part) for part in parts)
