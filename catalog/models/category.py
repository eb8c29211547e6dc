from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from tree_queries.query import TreeQuerySet

from catalog.models.redirect import SlugRedirectKind, redirect_triggers
from catalog.models.seo import SearchEngineTexts
from catalog.models.stale import stale_trigger
from catalog.size_guides import check_size_guide
from core.database.models import Entity
from core.database.sql_files import read_sql

NAME_IS_TAKEN = _("There is a category with this name here already.")

# Search finds products by the names of all their categories.
_IN_FAMILY = read_sql("catalog", "products_of_family")
_BELOW = read_sql("catalog", "products_below_category")


class Family(Entity):
    """A department of the shop, such as furniture; the root of a category tree."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(_("slug"), max_length=160, unique=True)
    description = models.TextField(_("description"), blank=True)
    icon = models.CharField(_("icon"), max_length=50, blank=True)
    picture = models.ImageField(_("picture"), upload_to="families/", blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=False)

    class Meta(Entity.Meta):
        verbose_name = _("family")
        verbose_name_plural = _("families")
        triggers = [
            *Entity.Meta.triggers,
            *redirect_triggers(SlugRedirectKind.FAMILY),
            stale_trigger(pgtrigger.UpdateOf("name_es", "name_en"), _IN_FAMILY),
            pgtrigger.Trigger(
                name="active_has_category",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.is_active"),
                func=read_sql("catalog", "family_active_has_category"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


TREE_ORDER = ("family__position", "family", "tree_ordering")


class CategoryQuerySet(TreeQuerySet):
    def active(self) -> Any:
        return self.filter(is_active=True, family__is_active=True)

    def in_tree_order(self) -> Any:
        """In the order of the shop, each with its `tree_depth`."""
        rows = self.with_tree_fields().order_siblings_by("position", "pk")
        return rows.select_related("family").order_by(*TREE_ORDER)


class Category(SearchEngineTexts, Entity):
    """A category of a family, at any depth."""

    family = models.ForeignKey(
        Family, on_delete=models.PROTECT, related_name="categories", verbose_name=_("family")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent category"),
    )
    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("slug"), max_length=200, unique=True)
    description = models.TextField(_("description"), blank=True)
    icon = models.CharField(_("icon"), max_length=50, blank=True)
    picture = models.ImageField(_("picture"), upload_to="categories/", blank=True)
    size_guide = models.TextField(
        _("size guide"),
        blank=True,
        db_default="",
        default="",
        validators=[check_size_guide],
        help_text=_(
            "One line for each row, cells separated by “;”, the headings first: “Size; Chest (cm)”,"
            " then “S; 96–101”. Lines without “;” are notes below the table. Subcategories without"
            " a guide of their own show this one."
        ),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            # Two constraints: missing names may repeat, but missing parents count as equal.
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(parent__isnull=False),
                name="category_name_once",
                violation_error_message=NAME_IS_TAKEN,
            ),
            models.UniqueConstraint(
                fields=["family", "name"],
                condition=Q(parent=None),
                name="category_name_once_on_top",
                violation_error_message=NAME_IS_TAKEN,
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="category_not_its_own_parent"
            ),
        ]
        indexes = [models.Index(fields=["family", "position"], name="category_family_order")]
        triggers = [
            *Entity.Meta.triggers,
            *redirect_triggers(SlugRedirectKind.CATEGORY),
            stale_trigger(
                pgtrigger.UpdateOf("name_es", "name_en", "parent_id", "family_id"), _BELOW
            ),
            pgtrigger.Trigger(
                name="no_cycle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "family_id"),
                condition=pgtrigger.Condition("NEW.parent_id IS NOT NULL"),
                func=read_sql("catalog", "category_no_cycle"),
            ),
            pgtrigger.Trigger(
                name="take_those_below_along",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("family_id"),
                condition=pgtrigger.Condition("OLD.family_id IS DISTINCT FROM NEW.family_id"),
                func=read_sql("catalog", "category_moves_with_its_tree"),
            ),
            pgtrigger.Trigger(
                name="active_family_keeps_one",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("family_id"),
                timing=pgtrigger.Deferred,
                func=read_sql("catalog", "category_active_family_keeps_one"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
