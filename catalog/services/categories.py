"""Moves and merges categories and brands."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import DatabaseDefault
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.utils import build_localized_fieldname

from catalog.exceptions import CannotMerge, Misplaced, NameTaken
from catalog.models import Brand, Category, Family, SlugRedirectKind
from catalog.services.references import lock_products_of, move_references, redirect_slug
from core.caching.values import invalidate_cached

_NAMES = [build_localized_fieldname("name", code) for code, _name in settings.LANGUAGES]
_EMPTY_FAMILY = gettext_lazy(
    "The family “%(name)s” would have no category left. Deactivate it first."
)


@transaction.atomic
def move_categories(category_ids: Sequence[UUID], *, to: Category | Family) -> int:
    """
    Move categories with their descendants to a family or a parent category; returns how many.

    Descendants of moved categories stay where they are below them.

    :raises Misplaced: if one would lie below itself, a sibling has its name, or an active family
        would be left empty
    """
    tree = _locked_tree()
    chosen = [tree[key] for key in category_ids if key in tree]
    tops = [each for each in chosen if not _ancestors(each, tree) & set(category_ids)]
    parent = tree.get(to.pk) if isinstance(to, Category) else None
    family_id = parent.family_id if parent else to.pk
    for each in tops:
        if parent and (each == parent or each.pk in _ancestors(parent, tree)):
            text = _("“%(name)s” cannot be below itself. Choose another place.")
            raise Misplaced(text % {"name": each.name})
        place = (family_id, parent.pk if parent else None)
        others = (row for row in tree.values() if row != each)
        _refuse_twin(each, [row for row in others if (row.family_id, row.parent_id) == place])
        each.parent, each.family_id = parent, family_id
        Category.objects.filter(pk=each.pk).update(parent=parent, family=family_id)
    _refuse_empty_families()
    invalidate_cached()
    return len(tops)


@transaction.atomic
def merge_categories(category_ids: Sequence[UUID], *, into: UUID) -> None:
    """
    Merge categories into another: products, children, references and old slugs.

    Children of the same name are merged too.

    :raises CannotMerge: if the target is one of them or below one of them
    :raises Misplaced: if an active family would be left empty
    """
    tree = _locked_tree()
    if into not in tree:
        raise CannotMerge(_("The other category is gone. Choose another."))
    target = tree[into]
    if into in category_ids:
        raise CannotMerge(_("A category cannot be merged into itself. Choose another."))
    if _ancestors(target, tree) & set(category_ids):
        text = _("“%(name)s” is below a category that would be merged into it. Choose another.")
        raise CannotMerge(text % {"name": target.name})
    chosen = set(category_ids)
    lock_products_of([row for row in tree.values() if {row.pk, *_ancestors(row, tree)} & chosen])
    for key in category_ids:
        if source := Category.objects.filter(pk=key).first():  # it may have been merged already
            _merge(source, target)
    _refuse_empty_families()
    invalidate_cached()


@transaction.atomic
def merge_brands(brand_ids: Sequence[UUID], *, into: UUID) -> None:
    """
    Merge brands into another: their variants and all references.

    :raises CannotMerge: if the target is missing or one of them
    """
    keys = {*brand_ids, into}
    brands = {
        row.pk: row
        for row in Brand.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    }
    if into not in brands or into in brand_ids:
        raise CannotMerge(_("A brand cannot be merged into itself. Choose another."))
    sources = sorted(brands.keys() - {into})
    lock_products_of([brands[key] for key in sources])
    for key in sources:
        move_references(brands[key], brands[into])
        redirect_slug(SlugRedirectKind.BRAND, brands[key].slug, brands[into].slug)
        brands[key].delete()


def _merge(source: Category, target: Category) -> None:
    # A child may have the name of its parent and become its sibling.
    nameless = dict.fromkeys(["name", *_NAMES], str(source.pk))
    Category.objects.rewrite(mode=False).filter(pk=source.pk).update(**nameless)
    there = list(Category.objects.filter(parent=target).exclude(pk=source.pk))
    for child in Category.objects.filter(parent=source).order_by("pk"):
        twin = next((each for each in there if _is_twin(each, child)), None)
        if twin:
            _merge(child, twin)
        else:
            Category.objects.filter(pk=child.pk).update(parent=target, family=target.family_id)
    move_references(source, target)
    redirect_slug(SlugRedirectKind.CATEGORY, source.slug, target.slug)
    source.delete()


def _locked_tree() -> dict[UUID, Category]:
    """Lock all categories: they are few, and only one user may change the tree at a time."""
    return {row.pk: row for row in Category.objects.order_by("pk").select_for_update(no_key=True)}


def _ancestors(category: Category, tree: dict[UUID, Category]) -> set[UUID]:
    keys = set()
    while category.parent_id:
        keys.add(category.parent_id)
        category = tree[category.parent_id]
    return keys


def check_place(category: Category) -> None:
    """
    Check name and place of a category before it is saved.

    :raises NameTaken: if a sibling has its name
    :raises Misplaced: if an active family would be left empty
    """
    others = Category.objects.filter(family=category.family_id, parent=category.parent_id)
    if isinstance(category.pk, DatabaseDefault):
        _refuse_twin(category, others)
        return
    _refuse_twin(category, others.exclude(pk=category.pk))
    for left in families_left_empty([category.pk]):
        if left.pk != category.family_id:
            raise Misplaced(_EMPTY_FAMILY % {"name": left.name})


def families_left_empty(category_ids: Sequence[UUID]) -> list[Family]:
    """Active families whose categories are all among these and their descendants. 1 query."""
    others = Category.objects.filter(family=OuterRef("pk"), parent=None)
    left = Family.objects.filter(is_active=True, categories__in=category_ids)
    return list(left.exclude(Exists(others.exclude(pk__in=category_ids))).distinct())


def _refuse_twin(category: Category, others: Iterable[Category]) -> None:
    for each in others:
        for field in _NAMES:
            name = getattr(category, field)
            if name and name == getattr(each, field):
                text = _("There is a category “%(name)s” there. Merge the two, or rename one.")
                raise NameTaken(text % {"name": name}, field)


def _is_twin(one: Category, other: Category) -> bool:
    """Whether two categories have the same name in any language."""
    pairs = ((getattr(one, name), getattr(other, name)) for name in _NAMES)
    return any(name and name == twin for name, twin in pairs)


def _refuse_empty_families() -> None:
    empty = Family.objects.filter(is_active=True, categories=None).first()
    if empty:
        raise Misplaced(_EMPTY_FAMILY % {"name": empty.name})
