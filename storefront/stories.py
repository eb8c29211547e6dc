"""Stories of the home page: pictures with hotspots, and what customers say."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.selectors import cards_of
from core.caching.page import tag
from reviews.highlights import praises
from storefront import presenters
from storefront.addresses import address
from storefront.models import Hotspot, Story
from storefront.selectors import in_this_language

MAX_STORIES = 3
MAX_PRAISES = 3


def stories() -> list[dict[str, Any]]:
    """The active stories with the hotspots of published products. 2 queries."""
    spots = Hotspot.objects.filter(product__in=Product.objects.published())
    spots = spots.select_related("product").order_by("x", "y", "pk")
    rows = Story.objects.filter(is_active=True).order_by("position", "pk")
    rows = rows.prefetch_related(Prefetch("hotspots", spots))
    return story_cards(list(rows[:MAX_STORIES]))


def story_cards(rows: Sequence[Story]) -> list[dict[str, Any]]:
    """Stories as `storefront/_stories.html` wants them. No query where hotspots are prefetched."""
    return [
        {
            "title": story.title,
            "text": story.text,
            "url": in_this_language(story.target_url),
            "link_text": story.button or _("See the whole look"),
            "picture": presenters.file_picture(story.picture, story.title),
            "scheme": story.scheme,
            "hue": story.hue,
            "hotspots": [_hotspot(spot) for spot in story.hotspots.all()],
        }
        for story in rows
    ]


def _hotspot(spot: Hotspot) -> dict[str, Any]:
    tag("product", [spot.product_id])
    return {
        "product": spot.product_id,
        "name": spot.product.name,
        "url": address("storefront:product", spot.product.slug),
        "price": spot.product.price_from,
        "x": _step(spot.x),
        "y": _step(spot.y),
    }


def _step(percent: int) -> int:
    """The style sheet knows places in steps of 5 %; at the edges a finger's width stays free."""
    return min(max(5 * round(percent / 5), 5), 95)


def opinions() -> list[dict[str, Any]]:
    """Praise by customers in the current language, with cards of what they bought. 2 queries."""
    found = praises(get_language() or settings.LANGUAGE_CODE, MAX_PRAISES)
    tag("opinions", [praise.product.pk for praise in found])
    cards = cards_of([praise.product.pk for praise in found])
    shown = dict(zip((card.id for card in cards), presenters.cards(cards), strict=True))
    return [
        {
            "text": praise.text,
            "author": praise.author,
            "rating": praise.rating,
            "product": shown[praise.product.pk],
            "url": f"{reverse('storefront:product', args=[praise.product.slug])}#reviews",
        }
        for praise in found
        if praise.product.pk in shown
    ]
