"""Forms to edit, move and merge categories and brands."""

from collections.abc import Collection as Several
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.expressions import DatabaseDefault
from django.utils.translation import gettext_lazy as _

from catalog.exceptions import Misplaced, NameTaken
from catalog.models import Brand, Category, Family
from catalog.selectors.staff import StaffCategoryTree
from catalog.services.categories import check_place


class PlaceField(forms.ChoiceField):
    """A place in the tree: a family or a parent category."""

    def __init__(self, *, has_tops: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.has_tops = has_tops
        self._places: dict[str, Category | Family] = {}

    def offer(self, tree: StaffCategoryTree, without: Several[UUID] = ()) -> None:
        """Set the choices to the places of the tree, except these categories."""
        choices: list[tuple[str, Any]] = [("", "---------")]
        for family in tree.families:
            group = [(place_of(family), _("%(family)s, at the top") % {"family": family.name})]
            self._places[place_of(family)] = family
            rows = [row for row in tree.of_family(family) if row.pk not in without]
            self._places |= {place_of(row): row for row in rows}
            below = [(place_of(row), "— " * tree.depth(row.pk) + row.name) for row in rows]
            choices.append((family.name, [*group, *below] if self.has_tops else below))
        self.choices = choices

    def clean(self, value: Any) -> Any:
        return self._places.get(super().clean(value))


def place_of(where: Category | Family) -> str:
    """The value of a choice of `PlaceField`."""
    return f"{type(where).__name__.lower()}:{where.pk}"


class CategoryForm(forms.ModelForm[Category]):
    """A category; places below itself are not offered."""

    place = PlaceField(
        label=_("Lies below"),
        help_text=_("Everything below this category moves along with it."),
    )

    class Meta:
        model = Category
        exclude = ("family", "parent")  # noqa: DJ006 - translations have fields of their own

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "place" not in self.fields:  # users without change permission get no fields
            return
        tree, row = StaffCategoryTree(), self.instance
        is_new = isinstance(row.pk, DatabaseDefault)
        place = cast("PlaceField", self.fields["place"])
        place.offer(tree, without=() if is_new else tree.with_below([row.pk]))
        if not is_new:
            where = tree.categories.get(row.parent_id) if row.parent_id else None
            self.initial["place"] = place_of(where or row.family)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        place = values.get("place")
        if place is None:
            return values
        is_below = isinstance(place, Category)
        self.instance.parent = place if is_below else None
        self.instance.family = place.family if is_below else place
        for name in ("name_es", "name_en"):
            setattr(self.instance, name, values.get(name))
        try:
            check_place(self.instance)
        except NameTaken as refusal:
            self.add_error(refusal.field, str(refusal))
        except Misplaced as refusal:
            self.add_error("place", str(refusal))
        return values


class FamilyForm(forms.ModelForm[Family]):
    def clean_is_active(self) -> bool:
        """A family without categories cannot be active; the database enforces this."""
        is_active: bool = self.cleaned_data["is_active"]
        if is_active and not Category.objects.filter(family=self.instance.pk).exists():
            raise ValidationError(
                _("Save it without this mark, add a category to it, and activate it then.")
            )
        return is_active


class MoveForm(forms.Form):
    place = PlaceField(label=_("Move below"))

    def __init__(self, *args: Any, rows: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tree = StaffCategoryTree()
        place = cast("PlaceField", self.fields["place"])
        place.offer(tree, without=tree.with_below(row.pk for row in rows))


class MergeCategoriesForm(MoveForm):
    place = PlaceField(label=_("Merge into"), has_tops=False)


class MergeBrandsForm(forms.Form):
    place: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Merge into")
    )

    def __init__(self, *args: Any, rows: list[Brand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Brand.objects.exclude(pk__in=[row.pk for row in rows]).order_by("name")
        self.fields["place"].queryset = others  # type: ignore[attr-defined]
