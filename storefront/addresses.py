"""Addresses of pages that many pages lead to."""

from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language


def address(page: str, name: str) -> str:
    """
    Django's `reverse` of a page with one argument, in the current language.

    Cached in the process: addresses do not change while it lives.
    """
    return _address(get_language(), page, name)


@lru_cache(maxsize=2_000)
def _address(_language: str, page: str, name: str) -> str:
    return reverse(page, args=[name])
