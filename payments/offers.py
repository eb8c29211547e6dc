"""Whether the rules of collections leave their products a way to pay."""

from collections import defaultdict
from collections.abc import Collection as Several
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext as _

from catalog.models import Collection, CollectionProduct, CollectionType, Product
from catalog.selectors import AT_ONCE, limits_of
from orders.models import Order, OrderLine
from orders.states import OrderStatus
from payments.models import PaymentMethod

_MAX_NAMED = 5


def why_unpayable(collection: Collection, product_ids: Several[UUID]) -> str:
    """
    Which of these products nobody could pay if the collection, saved or not, had them all.

    Empty if each keeps an active method, and in a shop that has none yet. At most 3 queries.
    """
    methods = list(PaymentMethod.objects.filter(is_active=True))
    if not (methods and collection.is_active and product_ids):
        return ""
    entries = CollectionProduct.objects.filter(product__in=product_ids, collection__is_active=True)
    others: dict[UUID, list[Collection]] = defaultdict(list)
    for entry in entries.exclude(collection=collection.pk).select_related("collection"):
        others[entry.product_id].append(entry.collection)
    stuck = []
    for key in product_ids:
        limits = limits_of([collection, *others[key]])
        if not any(limits.allow(method.code, method.hold_minutes) for method in methods):
            stuck.append(key)
    return _named(stuck) if stuck else ""


def _named(stuck: Several[UUID]) -> str:
    names = Product.objects.filter(pk__in=stuck).order_by("name").values_list("name", flat=True)
    shown = ", ".join([*names[:_MAX_NAMED], *(["…"] if len(stuck) > _MAX_NAMED else [])])
    return _(
        "Nobody could pay for: %(names)s. No active method is left by all collections of these"
        " products together. Tick a method that all of them take."
    ) % {"names": shown}


def unpayable_collections() -> QuerySet[Collection]:
    """The active collections with a product that no active method can pay."""
    unpayable = CollectionProduct.objects.filter(
        ~_payable(CollectionProduct.objects.filter(product=OuterRef(OuterRef("product")))),
        product__is_active=True,
        collection=OuterRef("pk"),
    )
    return Collection.objects.filter(Exists(unpayable), is_active=True)


def unpayable_orders() -> QuerySet[Order]:
    """The unpaid orders whose collections together leave no active method."""
    lines = OrderLine.objects.filter(order=OuterRef(OuterRef(OuterRef("pk"))))
    entries = CollectionProduct.objects.filter(product__in=lines.values("variant__product"))
    return Order.objects.filter(~_payable(entries), status=OrderStatus.PENDING)


def _payable(entries: QuerySet[CollectionProduct]) -> Exists:
    """Whether a method is active that none of these entries' collections rules out."""
    code = Func(
        OuterRef("code"),
        template="ARRAY[%(expressions)s]::varchar[]",
        output_field=ArrayField(CharField()),
    )
    names_others = ~Q(collection__payment_methods=[]) & ~Q(
        collection__payment_methods__contains=code
    )
    unnamed_drop = Q(collection__payment_methods=[], collection__type=CollectionType.DROP)
    is_slow = unnamed_drop & Q(GreaterThan(OuterRef("hold_minutes"), AT_ONCE))
    ruled_out = entries.filter(names_others | is_slow, collection__is_active=True)
    return Exists(PaymentMethod.objects.filter(~Exists(ruled_out), is_active=True))
