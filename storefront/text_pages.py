"""What a page of text shows beside its text: made from rates, settings and headings."""

from typing import Any

from django.utils.html import strip_tags

from core.formats import map_link
from core.web.markdown import as_html, as_sections
from shipping.places import pickup_places
from shipping.tariff_table import zone_tariffs
from storefront.contact import contact
from storefront.models import Page, PageKind


def context(page: Page) -> dict[str, Any]:
    """What storefront/page.html needs. At most 1 query."""
    return {"text": page, "body": as_html(page.body), **_MADE[PageKind(page.kind)](page)}


def _nothing(page: Page) -> dict[str, Any]:
    return {}


def _shipping(page: Page) -> dict[str, Any]:
    return {"zones": zone_tariffs()}


def _questions(page: Page) -> dict[str, Any]:
    """The headings as questions; what stands before the first is the introduction."""
    sections = as_sections(page.body)
    questions = [section for section in sections if section.title]
    return {
        "body": "".join(section.html for section in sections if not section.title),
        "questions": questions,
        "facts_for_crawlers": {
            "@context": "https://schema.org",
            "@type": "FAQPage",
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": strip_tags(question.title),
                    "acceptedAnswer": {"@type": "Answer", "text": question.html},
                }
                for question in questions
            ],
        },
    }


def _shops(page: Page) -> dict[str, Any]:
    """Where orders are fetched; without such a place, where the shop is."""
    shops = [
        {
            "name": place.name,
            "address": place.address,
            "hours": place.hours,
            "map_url": map_link(place.address),
        }
        for place in pickup_places()
    ]
    own = contact()
    if own.address and not shops:
        shops = [
            {"name": "", "address": own.address, "hours": own.hours, "map_url": own.map_url},
        ]
    return {"shops": shops}


_MADE = {
    PageKind.TEXT: _nothing,
    PageKind.SHIPPING: _shipping,
    PageKind.RETURNS: _nothing,
    PageKind.FAQ: _questions,
    PageKind.SHOPS: _shops,
}
