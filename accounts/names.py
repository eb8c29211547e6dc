"""Names and streets of real people pass; what cannot be one is refused with a sentence."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Addresses of the web, with their protocol or without, and of mailboxes. “Jr.Puno/esq.” is none.
_LINK = re.compile(
    r"://|www\.|\w\.(?:com|net|org|info|biz|xyz|top|shop|site|online|io|ly|me|ru)(?:\.\w\w)?/|\S@\S",
    re.IGNORECASE,
)
_NEVER = re.compile(r"[<>{}\[\]\\|^~=$%]")


def check_name(text: str) -> None:
    """
    Accept a person's, a company's or a town's name: any letters, accents, ' - . and blanks.

    :raises ValidationError: if no letter is in it, or a link, or signs that no name has
    """
    if _is_no_text(text) or not any(letter.isalpha() for letter in text):
        raise ValidationError(_("This does not look like a name. Write it in letters."))


def check_street(text: str) -> None:
    """
    Accept a street as people write theirs: with or without a number, with # and º.

    :raises ValidationError: if neither a letter nor a figure is in it, or a link
    """
    if _is_no_text(text) or not any(letter.isalnum() for letter in text):
        raise ValidationError(_("This does not look like an address. Write it in words."))


def _is_no_text(text: str) -> bool:
    is_printable = all(
        letter.isprintable() or unicodedata.category(letter) == "Zs" for letter in text
    )
    return not is_printable or bool(_LINK.search(text) or _NEVER.search(text))
