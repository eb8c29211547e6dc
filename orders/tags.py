"""Tags: words of the shop's own on orders, by which staff find them again."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Func, Value
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from orders.models import Order
from orders.models.order import MAX_TAG_LENGTH, MAX_TAGS

# Of how many orders the tags are suggested.
LATEST = 500
MAX_AT_ONCE = 1_000


class TagRefused(DomainError):
    """The tag is no word, or an order has too many."""


def clean(text: str) -> str:
    """
    The tag as it is kept: one line, without upper case, so that nobody makes two of one.

    :raises TagRefused: if nothing is left, or too much
    """
    tag = " ".join(text.replace("\0", "").replace(",", " ").split()).lower()
    if not tag:
        raise TagRefused(_("Type a tag beside the action first."))
    if len(tag) > MAX_TAG_LENGTH:
        raise TagRefused(_("A tag has %d letters at most.") % MAX_TAG_LENGTH)
    return tag


def add(order_ids: Iterable[UUID], text: str) -> int:
    """
    Put the tag on those of the orders that lack it; gives their number. 1 query, 2 with an order
    that is full.

    :raises TagRefused: if it is no tag, or the orders are too many
    """
    tag, rows = clean(text), Order.objects.filter(pk__in=_few(order_ids))
    lacking = rows.exclude(tags__contains=[tag])
    added = lacking.filter(tags__len__lt=MAX_TAGS).update(
        tags=Func("tags", Value(tag), function="array_append")
    )
    if not added and lacking.exists():
        raise TagRefused(_("An order has %d tags at most.") % MAX_TAGS)
    return added


def remove(order_ids: Iterable[UUID], text: str) -> int:
    """
    Take the tag off the orders; gives the number of those that had it. 1 query.

    :raises TagRefused: if it is no tag, or the orders are too many
    """
    tag, rows = clean(text), Order.objects.filter(pk__in=_few(order_ids))
    return rows.filter(tags__contains=[tag]).update(
        tags=Func("tags", Value(tag), function="array_remove")
    )


def in_use() -> list[str]:
    """The tags of the latest orders that have any, most frequent first. 1 query, by its index."""
    tagged = Order.objects.exclude(tags=[]).order_by("-placed_at")
    found = Counter(tag for tags in tagged.values_list("tags", flat=True)[:LATEST] for tag in tags)
    return [tag for tag, _number in found.most_common()]


def _few(order_ids: Iterable[UUID]) -> list[UUID]:
    found = list(order_ids)
    if len(found) > MAX_AT_ONCE:
        raise TagRefused(_("At most %d orders at once: choose fewer.") % MAX_AT_ONCE)
    return found
