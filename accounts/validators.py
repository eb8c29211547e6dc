"""Password validators; each message says what to do."""

import unicodedata
from collections.abc import Iterable

from constance import config
from django.contrib.auth import password_validation as django
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User

MIN_LENGTH = 8
# What everybody thinks of first who opens an account in this shop.
OBVIOUS = ("vitrina", "tienda", "shop", "store", "admin", "administrador", "cliente", "compras")


class LengthValidator(django.MinimumLengthValidator):
    def __init__(self) -> None:
        super().__init__(MIN_LENGTH)

    def get_error_message(self) -> str:
        text = ngettext(
            "Your password is too short: write at least %(count)s character.",
            "Your password is too short: write at least %(count)s characters.",
            MIN_LENGTH,
        )
        return text % {"count": MIN_LENGTH}


class SimilarityValidator(django.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("Your password looks like your name or your e-mail: choose another.")


class CommonValidator(django.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people use this password, so it is easy to guess: choose another.")


class NumbersValidator(django.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("Figures alone are easy to guess: add some letters.")


class ShopsNameValidator:
    """The shop's name, or a word for what it is, with nothing but figures and signs around it."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: if the password is one of these words"""
        letters = _letters(password)
        repeats = (word * (len(letters) // len(word)) for word in _words() if word)
        if letters and letters in repeats:
            raise ValidationError(
                _("Your password is too close to the name of the shop: choose another."),
                code="password_of_shop",
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
