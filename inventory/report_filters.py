"""The warehouse, goods and days that a report's filters name: looked up once, used by every app."""

from dataclasses import dataclass
from difflib import get_close_matches
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Seller
from catalog.models import Category, Family
from core.reports.base import Filters
from inventory.exceptions import UnknownName
from inventory.models import Movement, Warehouse

NO_WAREHOUSE = _("There is no warehouse “%(name)s”.")
NO_SELLER = _("There is no seller “%(name)s”.")
NO_CATEGORY = _("There is no category or family “%(name)s”.")
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
        """The rows whose time is within the chosen days."""
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
    Look up what the filters name. One query for each of them, up to three for a category.

    :raises UnknownName: if there is no such warehouse, seller, category or family
    """
    return Selection(
        filters=filters,
        warehouse_id=_key(Warehouse, "code", filters.warehouse, NO_WAREHOUSE),
        seller_id=_key(Seller, "slug", filters.seller, NO_SELLER),
        category_ids=_categories(filters.category),
    )


def _categories(slug: str) -> tuple[UUID, ...] | None:
    """The category with those below it, or all of a family; None if none is asked for."""
    if not slug:
        return None
    if category := Category.objects.filter(slug=slug).first():
        below = Category.objects.descendants(category.pk, include_self=True)
        return tuple(row.pk for row in below)
    if family := Family.objects.filter(slug=slug).first():
        return tuple(Category.objects.filter(family=family).values_list("pk", flat=True))
    slugs = {
        slug for each in (Category, Family) for slug in each.objects.values_list("slug", flat=True)
    }
    raise _unknown(NO_CATEGORY, slug, sorted(slugs))


def _key(model: type[Model], field: str, name: str, refusal: StrOrPromise) -> UUID | None:
    """The key of the row of this name; None if none is asked for."""
    if not name:
        return None
    found = model._default_manager.filter(**{field: name}).values_list("pk", flat=True).first()
    if found is None:
        names = model._default_manager.order_by(field).values_list(field, flat=True)
        raise _unknown(refusal, name, list(names))
    return UUID(str(found))


def _unknown(refusal: StrOrPromise, name: str, names: list[str]) -> UnknownName:
    """Says which there are if they are few, else which are similar and how many there are."""
    near = get_close_matches(name, names, n=5, cutoff=0.5)
    if len(names) <= FEW:
        more = _("There are: %(names)s.")
    elif near:
        more = _("Similar ones: %(names)s. There are %(number)s in all.")
    else:
        more = _("None is similar. There are %(number)s in all.")
    shown = names if len(names) <= FEW else near
    told = {"name": name, "names": ", ".join(shown) or "–", "number": len(names)}
    return UnknownName(f"{refusal % {'name': name}} {more % told}")
