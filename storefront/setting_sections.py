"""The sections of the shop's settings, and the settings that are called so and so."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from constance import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify

# Every section on one page.
ALL = "all"
_LANGUAGES = ("es", "en")


@dataclass(frozen=True)
class Section:
    """Some settings that belong together; `slug` is the same in all languages."""

    slug: str
    title: str
    names: tuple[str, ...]

    @property
    def url(self) -> str:
        """Its page; that of the look shows what it does."""
        if self.slug == "look":
            return reverse("admin:storefront_logo_changelist")
        page = reverse("admin:constance_config_changelist")
        return f"{page}?{urlencode({'section': self.slug})}"

    @property
    def first_texts(self) -> list[str]:
        """What the first settings are for."""
        return [str(settings.CONFIG[name][1]).partition(";")[0] for name in self.names[:3]]


@dataclass(frozen=True)
class Hit:
    """A setting that was searched for, and where it is changed."""

    text: str
    section: Section
    url: str


def sections() -> list[Section]:
    found = []
    for title, names in settings.CONFIG_FIELDSETS:
        with translation.override("en"):
            slug = slugify(str(title))
        found.append(Section(slug, str(title), tuple(names)))
    return found


def named(slug: str) -> Section | None:
    return next((each for each in sections() if each.slug == slug), None)


def asked_for(request: HttpRequest) -> Section | None:
    """
    The section of a page's address, or of the form sent from it; None for all of them.

    The form is sent to an address without a query: allauth repeats a request that waited for a
    fresh sign-in by its path alone.
    """
    return named(request.POST.get("section") or request.GET.get("section", ""))


def find(text: str) -> list[Hit]:
    """The settings whose words, in Spanish or English, have all the words that are asked for."""
    asked = _plain(text).split()
    if not asked:
        return []
    return [
        Hit(str(settings.CONFIG[name][1]), section, f"{section.url}#{slugify(name)}")
        for section in sections()
        for name in section.names
        if all(word in _words(section, name) for word in asked)
    ]


def _words(section: Section, name: str) -> str:
    return _plain(" ".join([section.title, name.replace("_", " "), *_told(name)]))


def _told(name: str) -> Iterator[str]:
    for language in _LANGUAGES:
        with translation.override(language):
            yield str(settings.CONFIG[name][1])


def _plain(text: str) -> str:
    """Small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))
