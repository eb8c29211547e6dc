"""Forms for products and variants, with errors beside their fields."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Model
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog.admin.fact_forms import FactsForm
from catalog.admin.pricing_on_page import TaxClassField
from catalog.admin.stock_on_page import NewUnits, Place, Shelf
from catalog.admin.variant_grid import UnitsField, VariantGrid, draft_of
from catalog.exceptions import PriceInDoubt
from catalog.models import Brand, Product, ProductImage, Variant
from catalog.selectors import known_attributes, picture_values
from catalog.services import Prices, check_prices
from core.exceptions import DomainError
from core.web.forms import CHOOSE_AGAIN, check_moment
from core.web.picture_fields import PicturesField

Shelves = Mapping[tuple[UUID, UUID], Shelf]
_VARIANT_PRICES = {"price_modifier", "sale_price"}


class RowForm(forms.ModelForm[Any]):
    """Saves only changed fields: others, such as counters, may be outdated by now."""

    def save(self, commit: bool = True) -> Any:
        if not commit or self.errors or _is_new(self.instance):
            return super().save(commit)
        save_typed(self)
        return self.instance


def save_typed(form: forms.ModelForm[Any]) -> None:
    """Save the columns of a row that were changed in its form."""
    columns = {field.name for field in form._meta.model._meta.concrete_fields}
    if typed := columns & set(form.changed_data):
        form.instance.save(update_fields=typed)


class PriceForm(forms.ModelForm[Any]):
    """A form with prices; unusual ones must be confirmed."""

    confirm_price = forms.BooleanField(
        label=_("The prices are right"),
        required=False,
        help_text=_("Needed to save a price of 0, or one far below the last."),
    )

    def check(self, before: Prices | None, after: Prices, field: str, name: str = "") -> None:
        """Add an error to the field if the prices are wrong or need confirmation."""
        try:
            check_prices(before, after, confirmed=bool(self.cleaned_data.get("confirm_price")))
        except DomainError as refusal:
            text = f"{name}: {refusal}" if name else str(refusal)
            self.add_error(field, text)
            if isinstance(refusal, PriceInDoubt) and "confirm_price" in self.fields:
                self.add_error("confirm_price", _("If that is right, tick here and save again."))


class BasePriceForm(PriceForm):
    """A form with a product's base price, from which the database recomputes its variants'."""

    def check_variants(self, product: Product, base: Decimal) -> None:
        for variant in product.variants.order_by("position", "pk"):
            after = Prices(base + variant.price_modifier, variant.sale_price)
            self.check(Prices.of(variant), after, "base_price", variant.sku)
            if "base_price" in self.errors:
                return


class ListedProductForm(BasePriceForm):
    """A product in the list; a price in doubt is confirmed on its page."""

    confirm_price = None  # type: ignore[assignment]  # Django's way to leave a field out

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        base = cleaned.get("base_price")
        if base is not None and "base_price" in self.changed_data:
            self.check_variants(self.instance, base)
        return cleaned


class ProductForm(BasePriceForm):
    """
    A product with what stands beside its columns on the page.

    That is its brand, new pictures, attributes, options, and the variants that they add.
    """

    # Set by the page for each request.
    places: ClassVar[Sequence[Place]] = ()
    is_preview: ClassVar[bool] = False

    brand: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        Brand.objects.order_by("name"), label=_("Brand"), required=False, blank=True
    )
    tax_class = TaxClassField(label=_("Tax"), initial=Product._meta.get_field("tax_class").default)
    new_pictures = PicturesField(
        label=_("Add pictures"),
        help_text=_("JPEG, PNG, WebP or AVIF, several at once, up to 8 MB each."),
    )
    # The choices depend on the options that are typed: the page fills them in.
    new_pictures_show = forms.RegexField(
        r"[-\w]+=[-\w]+",
        label=_("They show"),
        required=False,
        validators=[MaxLengthValidator(200)],  # by max_length the select would get an attribute
        widget=forms.Select(choices=[("", _("all variants"))]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("TaxClassField", self.fields["tax_class"]).offer(self.instance.tax_class)
        sent = self.data if self.is_bound else None
        product = None if _is_new(self.instance) else self.instance
        self.grid = VariantGrid(sent, product, self.places)
        self.facts = FactsForm(
            sent,
            known_attributes(self.category_id(), product),
            self.instance.attributes,
            self.instance.specifications,
        )
        brands = list(product.variants.values_list("brand_id", flat=True)) if product else []
        self.initial["brand"] = brands[0] if len(set(brands)) == 1 else None
        if not self.is_bound and not brands:
            self.grid.plan(draft_of(self.instance, self.initial))

    def is_valid(self) -> bool:
        """A preview is never saved."""
        return super().is_valid() and not self.is_preview

    def clean_published_at(self) -> datetime | None:
        return check_moment(self.cleaned_data["published_at"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        base = cleaned.get("base_price")
        if base is not None and "base_price" in self.changed_data and not _is_new(self.instance):
            self.check_variants(self.instance, base)
        if not self.facts.is_valid():
            self.add_error(None, _("Correct the attributes marked below."))
        if not self.grid.plan(draft_of(self.instance, cleaned)):
            self.add_error(None, self.grid.problem or _("Correct the variants marked below."))
        elif self.grid.doubt and not cleaned.get("confirm_price"):
            self.add_error("base_price", self.grid.doubt)
            self.add_error("confirm_price", _("If that is right, tick here and save again."))
        if self.errors and cleaned.get("new_pictures"):
            self.add_error("new_pictures", CHOOSE_AGAIN)
        return cleaned

    def category_id(self) -> UUID | None:
        """The one that is chosen on the page by now."""
        sent = self.data.get("category") if self.is_bound else None
        with suppress(ValueError):
            return UUID(sent) if sent else self.instance.category_id
        return None


class VariantForm(PriceForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_new = _is_new(self.instance)
        product = cleaned.get("product") if is_new else self.instance.product
        if product is None:
            return cleaned
        self._check_suffix(product)
        typed = _typed_prices(self, product.base_price)
        if typed and not _VARIANT_PRICES & self.errors.keys():
            self.check(*typed)
        return cleaned

    def _check_suffix(self, product: Product) -> None:
        """The product is no field of an existing variant's form, so Django does not check this."""
        suffix = self.cleaned_data.get("sku_suffix")
        others = product.variants.all()
        if not _is_new(self.instance):
            others = others.exclude(pk=self.instance.pk)
        if suffix is not None and others.filter(sku_suffix=suffix).exists():
            self.add_error("sku_suffix", _("Another variant of the product has this suffix."))


def _typed_prices(
    form: forms.ModelForm[Variant], base: Decimal
) -> tuple[Prices | None, Prices, str] | None:
    """
    A variant's prices as the user saw them, those typed, and the field for errors.

    None if they are not changed.
    """
    is_new = _is_new(form.instance)
    if not (is_new or _VARIANT_PRICES & set(form.changed_data)):
        return None
    seen = Prices(form.instance.list_price, form.initial.get("sale_price"))
    sale = form.cleaned_data.get("sale_price")
    after = Prices(base + (form.cleaned_data.get("price_modifier") or 0), sale)
    field = "price_modifier" if sale is None else "sale_price"
    return None if is_new else seen, after, field


class VariantRowForm(RowForm):
    """A variant in its product's form, with the units in each of the seller's warehouses."""

    def show_units(self, places: Sequence[Place], shelves: Shelves) -> None:
        """Add a field for each place; what it showed is sent back, so that only edits count."""
        for place in places:
            name = f"units-{place.key}"
            self.fields[name] = UnitsField(label=place.name, show_hidden_initial=True)
            self.fields[name].widget.attrs["aria-label"] = f"{place.name}: {self.instance.sku}"
            shelf = shelves.get((self.instance.pk, place.key), Shelf())
            self.initial[name] = shelf.on_hand

    @property
    def units(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("units-")]

    def new_units(self, places: Sequence[Place]) -> Iterator[NewUnits]:
        for place in places:
            name = f"units-{place.key}"
            units = self.cleaned_data.get(name) if name in self.changed_data else None
            if units is not None:
                seen = self.fields[name].to_python(self.data.get(self.add_initial_prefix(name)))
                yield NewUnits(self.instance.pk, place.key, units, seen or 0)

    def check_units(self, change: NewUnits) -> None:
        """Refuse a number that was typed over another than the shelf has now."""
        name = f"units-{change.place}"
        now = self.initial[name]
        if change.seen != now:
            text = _("There are %(units)s units on hand now: check again.") % {"units": now}
            self.add_error(name, text)
            # Who saves again has seen this.
            self.data = {
                **cast("QueryDict", self.data).dict(),
                self.add_initial_prefix(name): str(now),
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "sale_price" in self.changed_data and "sale_price" in cleaned:
            self.instance.is_on_offer = cleaned["sale_price"] is not None
        return cleaned

    def keep_offer(self) -> None:
        """Leave the offer as it is: what was typed is planned for later."""
        self.changed_data.remove("sale_price")
        self.instance.sale_price = self.initial["sale_price"]

    def save(self, commit: bool = True) -> Any:
        if commit and "sale_price" in self.changed_data:
            self.instance.save(update_fields=["is_on_offer"])
        return super().save(commit)


class VariantFormSet(forms.BaseInlineFormSet[Variant, Product, Any]):
    """The variants in a product's form, which has the field that confirms their prices."""

    # Set by the page for each request.
    places: ClassVar[Sequence[Place]] = ()
    shelves: ClassVar[Shelves] = {}
    may_correct: ClassVar[bool] = False

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.may_correct and not _is_new(form.instance):
            form.show_units(self.places, self.shelves)

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            self._check(form)

    def _check(self, form: Any) -> None:
        """Prices as they will be, and a reason for changed stock."""
        base = self.instance.base_price
        if form.errors or base is None or not form.has_changed():
            return
        if typed := _typed_prices(form, base):
            before, after, field = typed
            try:
                check_prices(before, after, confirmed="confirm_price" in self.data)
            except DomainError as refusal:
                form.add_error(field, str(refusal))
        changed = list(form.new_units(self.places))
        for change in changed:
            form.check_units(change)
        if changed and not form.errors and not str(self.data.get("reason", "")).strip():
            name = f"units-{changed[0].place}"
            form.add_error(name, _("Write the reason for the stock change below."))


class ImageForm(forms.ModelForm[ProductImage]):
    """
    A picture and what it shows: the product, an option value, or a variant.

    The file of an existing picture is not opened again: it may be missing.
    """

    shows = forms.ChoiceField(label=_("shows"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shows"] = shown_by(self.instance)

    def _get_validation_exclusions(self) -> set[str]:
        """The form field has already checked a new file."""
        known: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return known | {"picture"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "picture" in cleaned and "picture" not in self.changed_data:
            cleaned["picture"] = None
        if "shows" in self.changed_data and "shows" in cleaned:
            self._show(cleaned["shows"])
        return cleaned

    def _show(self, owner: str) -> None:
        key, of_value, value = owner.partition("=")
        self.instance.option_key, self.instance.value_key = (key, value) if of_value else ("", "")
        self.instance.variant_id = UUID(owner) if owner and not of_value else None


def shown_by(image: ProductImage) -> str:
    """What the picture shows, as a choice of the form: `color=blue`, a variant's key, or ""."""
    if image.option_key:
        return f"{image.option_key}={image.value_key}"
    return str(image.variant_id or "")


class ImageFormSet(forms.BaseInlineFormSet[ProductImage, Product, Any]):
    """The pictures of a product, each with a choice of what it shows."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "shows" in form.fields:
            own = form.initial.get("shows", "")
            # A value that no variant has any more stays until another is chosen.
            gone = [(own, own)] if own not in dict(self.choices) else []
            form.fields["shows"].choices = [*self.choices, *gone]

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        every = [("", str(_("all variants")))]
        if _is_new(self.instance):
            return every
        variants = self.instance.variants.order_by("position", "pk").values_list("pk", "sku")
        return [
            *every,
            *picture_values(self.instance),
            *((str(pk), sku) for pk, sku in variants),
        ]


def _is_new(row: Model) -> bool:
    """Whether the row is not in the database yet; its key may be set already."""
    return row._state.adding
