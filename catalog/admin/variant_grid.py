"""The variants that a product's page would add, and what is typed for all of them at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog import services
from catalog.admin.option_forms import OptionFormSet, option_forms
from catalog.admin.stock_on_page import NewUnits, Place
from catalog.models import Product, ProductKind
from catalog.services.variants import PlannedVariant
from core.exceptions import DomainError
from core.money import ZERO
from core.web.forms import AmountField, WholeNumberField, check_moment

MAX_UNITS = 1_000_000
# Django accepts 1,000 fields in a form: more rows are created as proposed.
MAX_ROWS = 40


class UnitsField(WholeNumberField):
    """Units on hand."""

    widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "units"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=0, max_value=MAX_UNITS, **kwargs)


def price_input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "class": "amount", **attrs})


def moment_input() -> forms.DateTimeInput:
    """A day and an hour in one field, which the browser helps to fill in."""
    return forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class NewVariantForm(forms.Form):
    """A proposed variant."""

    sku = forms.CharField(label=_("SKU"), max_length=120, required=False)
    proposed = forms.CharField(required=False, widget=forms.HiddenInput)
    price_modifier = AmountField(
        label=_("price modifier"),
        required=False,
        max_digits=12,
        decimal_places=2,
        widget=price_input(),
    )
    sale_price = AmountField(
        label=_("sale price"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=price_input(),
    )
    is_active = forms.BooleanField(label=_("active"), required=False)

    def __init__(self, *args: Any, places: Sequence[Place], named: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in places:
            self.fields[f"units-{place.key}"] = UnitsField(label=place.name)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = f"{field.label}: {named}"


class ForAllForm(forms.Form):
    """Units of each new variant, the reason for changed stock, and the window of new offers."""

    reason = forms.CharField(
        label=_("Reason for the stock change"),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"list": "stock-reasons", "autocomplete": "off"}),
    )
    offer_from = forms.DateTimeField(
        label=_("from"),
        required=False,
        widget=moment_input(),
    )
    offer_until = forms.DateTimeField(
        label=_("until"),
        required=False,
        widget=moment_input(),
    )

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in places:
            self.fields[f"each-{place.key}"] = UnitsField(label=place.name)

    @property
    def each(self) -> list[forms.BoundField]:
        """Units of each new variant, by place."""
        return [self[name] for name in self.fields if name.startswith("each-")]

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        return self.cleaned_data.get("offer_from"), self.cleaned_data.get("offer_until")

    def clean_offer_from(self) -> datetime | None:
        return check_moment(self.cleaned_data["offer_from"])

    def clean_offer_until(self) -> datetime | None:
        return check_moment(self.cleaned_data["offer_until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("offer_from"), cleaned.get("offer_until")
        if start and end and end <= start:
            self.add_error("offer_until", _("It ends before it begins."))
        return cleaned


@dataclass(frozen=True)
class GridRow:
    """A proposal and, unless there are too many, its fields."""

    plan: PlannedVariant
    form: NewVariantForm | None

    @property
    def name(self) -> str:
        return " · ".join(self.plan.values)

    @property
    def cells(self) -> list[forms.BoundField]:
        form = self.form
        return [form[name] for name in form.fields if name.startswith("units-")] if form else []


class VariantGrid:
    """
    Options, and the variants that they would add to the product.

    `sent` is a submitted form, or None. Rows are found by their combination, so that what was
    typed for one stays when options are changed.
    """

    def __init__(self, sent: Any, product: Product | None, places: Sequence[Place]) -> None:
        self._sent = sent
        self._product = product
        self.places = places
        self.problem = ""
        self.options: OptionFormSet = option_forms(sent, product)
        self.for_all = ForAllForm(sent, places=places)
        self.rows: list[GridRow] = []
        # Of created variants, where they have a window.
        self.offers: dict[UUID, Decimal] = {}

    def plan(self, draft: Product) -> bool:
        """Propose variants for the product as it was typed; whether all could be created."""
        is_valid = self.for_all.is_valid()
        if draft.kind == ProductKind.TEMPLATE:
            return is_valid
        if self.options.is_bound and not self.options.is_valid():
            return False
        typed = self.options.options if self.options.is_bound else []
        try:
            proposed = [p for p in services.plan_variants(draft, typed) if not p.exists]
            forms_ = self._forms(proposed, draft)
            changes = self._changes(forms_, draft.base_price)
            plans = services.plan_variants(draft, typed, changes)
        except DomainError as refusal:
            self.problem = str(refusal)
            return False
        self.rows = [GridRow(plan, forms_.get(plan.key)) for plan in plans if not plan.exists]
        return all([is_valid, *(self._is_right(row) for row in self.rows)])

    @property
    def doubt(self) -> str:
        """Why the new prices need confirmation."""
        return next((row.plan.doubt for row in self.rows if row.plan.doubt), "")

    def create(self, product: Product, *, confirmed: bool) -> list[NewUnits]:
        """
        Create the planned variants; returns the units to put on their shelves.

        :raises WrongOptions: if somebody has taken a SKU meanwhile
        """
        forms_ = {row.plan.key: row.form for row in self.rows if row.form}
        options = self.options.options if self.options.is_bound else []
        if not self.rows:
            return []
        changes = self._changes(forms_, product.base_price)
        offers: dict[str, Decimal] = {}
        if any(self.for_all.window):
            prices = {key: row.pop("sale_price") for key, row in changes.items()}
            offers = {key: price for key, price in prices.items() if price is not None}
        made = services.create_variants(product.pk, options, changes, confirmed=confirmed)
        self.offers = {made[key].pk: price for key, price in offers.items()}
        return [each for key, row in made.items() for each in self._units(row.pk, forms_.get(key))]

    def _forms(self, plans: Sequence[PlannedVariant], draft: Product) -> dict[str, NewVariantForm]:
        """Of each proposal: with what was sent, else with what is proposed."""
        if len(plans) > MAX_ROWS:
            return {}
        return {
            plan.key: NewVariantForm(
                self._sent_for(plan, draft),
                prefix=f"new-{plan.key}",
                places=self.places,
                named=" · ".join(plan.values) or str(_("new")),
            )
            for plan in plans
        }

    def _sent_for(self, plan: PlannedVariant, draft: Product) -> dict[str, Any]:
        """What was sent for the row; a SKU that nobody has typed follows the proposal."""
        prefix = f"new-{plan.key}"
        names = (name for name in self._sent or () if name.startswith(f"{prefix}-"))
        sent = {name: self._sent[name] for name in names}
        if f"{prefix}-sku" not in sent:
            modifier = plan.list_price - draft.base_price
            sent |= {f"{prefix}-price_modifier": modifier, f"{prefix}-is_active": "on"}
        if sent.get(f"{prefix}-sku") == sent.get(f"{prefix}-proposed"):
            sent[f"{prefix}-sku"] = plan.sku
        return {**sent, f"{prefix}-proposed": plan.sku}

    def _changes(
        self, rows: Mapping[str, NewVariantForm], base: Decimal
    ) -> dict[str, dict[str, Any]]:
        return {key: dict(_changed(form, base)) for key, form in rows.items() if form.is_valid()}

    def _is_right(self, row: GridRow) -> bool:
        if row.plan.refusal and row.form and row.form.is_valid():
            row.form.add_error(row.plan.refused, row.plan.refusal)
        return not row.plan.refusal and (row.form is None or row.form.is_valid())

    def _units(self, variant: UUID, form: NewVariantForm | None) -> Iterator[NewUnits]:
        """As typed for the variant, else for each of them."""
        for place in self.places:
            own = form.cleaned_data.get(f"units-{place.key}") if form else None
            units = self.for_all.cleaned_data.get(f"each-{place.key}") if own is None else own
            if units:
                yield NewUnits(variant, place.key, units)


def _changed(form: NewVariantForm, base: Decimal) -> Iterator[tuple[str, Any]]:
    typed = form.cleaned_data
    if typed["sku"]:
        yield "sku", typed["sku"]
    yield "list_price", base + (typed["price_modifier"] or ZERO)
    yield "sale_price", typed["sale_price"]
    yield "is_active", typed["is_active"]


def draft_of(instance: Product, cleaned: Mapping[str, Any]) -> Product:
    """The product as it was typed, unsaved."""
    draft = Product(base_price=ZERO)
    for name in ("pk", "sku", "base_price", "kind"):
        if (value := cleaned.get(name) or getattr(instance, name)) is not None:
            setattr(draft, name, value)
    draft._state.adding = instance._state.adding
    return draft
