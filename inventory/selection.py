"""The warehouse, goods and days that a report's filters name: looked up once, used by every app."""

from dataclasses import dataclass
from difflib import get_close_matches
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Seller
from catalog.models import Category
from core.reports import Filters, listed
from inventory.exceptions import UnknownName
from inventory.models import Movement, Warehouse

NO_WAREHOUSE = _("There is no warehouse “%(name)s”. There are: %(names)s.")
NO_SELLER = _("There is no seller “%(name)s”. There are: %(names)s.")
NO_CATEGORY = _("There is no category “%(name)s”. There are: %(names)s.")
FEW = 12


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Filters with names turned into keys; None where everything is meant."""

    filters: Filters
    warehouse_id: UUID | None = None
    seller_id: UUID | None = None
    category_ids: tuple[UUID, ...] | None = None

    def of_goods(self, path: str = "", seller: str = "") -> Q:
        """
        The seller's and category's variants, for a model that reaches a variant by that path.

        A model that names the seller itself says so: goods may change hands, sales do not.
        """
        found = Q()
        if self.seller_id:
            found &= Q(**{seller or f"{path}product__seller": self.seller_id})
        if self.category_ids is not None:
            found &= Q(**{f"{path}category__in": self.category_ids}) | Q(
                **{f"{path}category": None, f"{path}product__category__in": self.category_ids}
            )
        return found

    def of_place(self) -> Q:
        """The warehouse's rows, for a model that names its warehouse."""
        return Q(warehouse=self.warehouse_id) if self.warehouse_id else Q()

    def of_days(self, field: str) -> Q:
        """The rows whose time lies in the days."""
        starts_at, ends_at = self.filters.starts_at, self.filters.ends_at
        found = Q(**{f"{field}__gte": starts_at}) if starts_at else Q()
        return found & Q(**{f"{field}__lt": ends_at}) if ends_at else found

    def that_moved(self) -> Q:
        """The levels that a movement of these days has changed."""
        if not self.filters.has_days:
            return Q()
        days = self.of_days("created_at")
        here = {"variant": OuterRef("variant"), "warehouse": OuterRef("warehouse")}
        return Q(Exists(Movement.objects.filter(days, **here)))


def select(filters: Filters) -> Selection:
    """
    Look up what the filters name. One query for each of them, two for a category.

    :raises UnknownName: if there is no such warehouse, seller or category; it says which there are
    """
    category_id = _key(Category, "slug", filters.category, NO_CATEGORY)
    below = Category.objects.descendants(category_id, include_self=True) if category_id else None
    return Selection(
        filters=filters,
        warehouse_id=_key(Warehouse, "code", filters.warehouse, NO_WAREHOUSE),
        seller_id=_key(Seller, "slug", filters.seller, NO_SELLER),
        category_ids=None if below is None else tuple(row.pk for row in below),
    )


def _key(model: type[Model], field: str, name: str, refusal: StrOrPromise) -> UUID | None:
    """The key of the row of this name; None if none is asked for."""
    if not name:
        return None
    found = model._default_manager.filter(**{field: name}).values_list("pk", flat=True).first()
    if found is None:
        names = list(model._default_manager.order_by(field).values_list(field, flat=True))
        near = get_close_matches(name, names, n=5, cutoff=0.5) if len(names) > FEW else []
        raise UnknownName(refusal % {"name": name, "names": listed(near or names, FEW)})
    return UUID(str(found))
