"""What is no password here."""

import unicodedata
from collections.abc import Iterable

from constance import config
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# What everybody thinks of first who opens an account in this shop.
OBVIOUS = ("vitrina", "tienda", "shop", "store", "admin", "administrador", "cliente", "compras")


class ShopsNameValidator:
    """The shop's name, or a word for what it is, with nothing but figures and signs around it."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: if the password is one of these words"""
        letters = _letters(password)
        if any(letters == word * (len(letters) // len(word)) for word in _words() if word):
            raise ValidationError(
                _("The password is too close to the name of the shop."), code="password_of_shop"
            )

    def get_help_text(self) -> str:
        return _("Your password is not the name of the shop.")


def _words() -> Iterable[str]:
    name = str(config.STORE_NAME)
    yield from (_letters(word) for word in (*OBVIOUS, name, *name.split()))


def _letters(text: str) -> str:
    """Small and without accents; nothing else is left."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalpha())
