from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from tree_queries.query import TreeQuerySet

from catalog.models.redirect import SlugRedirectKind, keeps_old_slugs
from catalog.models.stale import marks_stale
from core.db import Entity

NAME_IS_TAKEN = _("There is a category with this name here already.")

# A shelf's name is found in everything below it.
_IN_FAMILY = """
    SELECT p.id FROM catalog_product p JOIN catalog_category c ON c.id = p.category_id
    WHERE c.family_id = NEW.id
"""
_BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT NEW.id
        UNION
        SELECT c.id FROM catalog_category c JOIN below b ON c.parent_id = b.id
    )
    SELECT p.id FROM catalog_product p JOIN below b ON b.id = p.category_id
"""


class Family(Entity):
    """A department of the shop, such as furniture: the top of its own category tree."""

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
            *keeps_old_slugs(SlugRedirectKind.FAMILY),
            marks_stale(pgtrigger.UpdateOf("name_es", "name_en"), _IN_FAMILY),
            pgtrigger.Trigger(
                name="active_has_category",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.is_active"),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM catalog_category WHERE family_id = NEW.id) THEN
                        RAISE EXCEPTION 'family % needs a category before it is active', NEW.slug
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'family_has_category';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name


TREE_ORDER = ("family__position", "family", "tree_ordering")


class CategoryQuerySet(TreeQuerySet):  # type: ignore[misc]  # the library has no types
    def active(self) -> Any:
        return self.filter(is_active=True, family__is_active=True)

    def in_tree_order(self) -> Any:
        """As the shop shows them, each with its `tree_depth`."""
        rows = self.with_tree_fields().order_siblings_by("position", "pk")
        return rows.select_related("family").order_by(*TREE_ORDER)


class Category(Entity):
    """A shelf of one family, any depth below it."""

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
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            # Two, for no name in a language is nobody's twin, but no parent is the same place.
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
            *keeps_old_slugs(SlugRedirectKind.CATEGORY),
            marks_stale(pgtrigger.UpdateOf("name_es", "name_en", "parent_id", "family_id"), _BELOW),
            pgtrigger.Trigger(
                name="no_cycle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "family_id"),
                condition=pgtrigger.Condition("NEW.parent_id IS NOT NULL"),
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        -- Of two moves at once, each might put its shelf below the other's.
                        PERFORM pg_advisory_xact_lock(hashtext('catalog_category'));
                    END IF;
                    IF EXISTS (
                        WITH RECURSIVE above(id, parent_id) AS (
                            SELECT id, parent_id FROM catalog_category WHERE id = NEW.parent_id
                            UNION
                            SELECT c.id, c.parent_id
                            FROM catalog_category c JOIN above a ON c.id = a.parent_id
                        )
                        SELECT 1 FROM above WHERE id = NEW.id
                    ) THEN
                        RAISE EXCEPTION 'category % would be its own ancestor', NEW.slug
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'category_no_cycle';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM catalog_category
                        WHERE id = NEW.parent_id AND family_id <> NEW.family_id
                    ) THEN
                        RAISE EXCEPTION 'category % lies in another family than its parent', NEW.slug
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'category_one_family';
                    END IF;
                    RETURN NEW;
                """,  # noqa: E501
            ),
            pgtrigger.Trigger(
                name="take_those_below_along",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("family_id"),
                condition=pgtrigger.Condition("OLD.family_id IS DISTINCT FROM NEW.family_id"),
                func="""
                    UPDATE catalog_category SET family_id = NEW.family_id WHERE parent_id = NEW.id;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="active_family_keeps_one",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("family_id"),
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM catalog_family f
                        WHERE f.id = OLD.family_id AND f.is_active AND NOT EXISTS (
                            SELECT 1 FROM catalog_category WHERE family_id = f.id
                        )
                    ) THEN
                        RAISE EXCEPTION 'family % is active and would have no category left',
                            OLD.family_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'family_has_category';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name
