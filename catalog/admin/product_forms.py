"""Forms for products and variants, with errors beside their fields."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from catalog.exceptions import PriceInDoubt
from catalog.models import Product, ProductImage, Variant, VariantOption
from catalog.services import Prices, check_prices
from core.exceptions import DomainError
from core.web.forms import check_moment
from core.web.picture_fields import PicturesField

_PROPOSED = {"name", "sku", "slug"}
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
            if isinstance(refusal, PriceInDoubt):
                self.add_error("confirm_price", _("If that is right, tick here and save again."))


class ProductForm(PriceForm):
    new_pictures = PicturesField(
        label=_("Add pictures"),
        help_text=_("JPEG, PNG, WebP or AVIF, several at once, up to 8 MB each."),
    )

    def clean_published_at(self) -> datetime | None:
        return check_moment(self.cleaned_data["published_at"])

    def clean_attributes(self) -> dict[str, Any]:
        return _object(self.cleaned_data["attributes"])

    def clean_specifications(self) -> dict[str, Any]:
        return _object(self.cleaned_data["specifications"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        base = cleaned.get("base_price")
        if base is not None and "base_price" in self.changed_data and not _is_new(self.instance):
            self._check_variants(base)
        return cleaned

    def _check_variants(self, base: Decimal) -> None:
        """Check the variants too: the database recomputes their prices from the base price."""
        for variant in self.instance.variants.order_by("position", "pk"):
            after = Prices(base + variant.price_modifier, variant.sale_price)
            self.check(Prices.of(variant), after, "base_price", variant.sku)
            if "base_price" in self.errors:
                return


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
    """A variant in its product's form; name, SKU and slug of a new one have defaults."""

    product: Product

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _PROPOSED & self.fields.keys():
            self.fields[name].required = not _is_new(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if _is_new(self.instance):
            number = int((self.prefix or "0").rsplit("-", 1)[-1]) + 1
            suffix = cleaned.get("sku_suffix") or str(number)
            cleaned["sku"] = cleaned.get("sku") or f"{self.product.sku}-{suffix}"
            cleaned["slug"] = cleaned.get("slug") or slugify(cleaned["sku"])
            cleaned["name"] = cleaned.get("name") or self.product.name
        return cleaned


class VariantFormSet(forms.BaseInlineFormSet[Variant, Product, Any]):
    """The variants in a product's form, which has the field that confirms their prices."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.product = self.instance

    def clean(self) -> None:
        super().clean()
        base = self.instance.base_price
        for form in self.forms:
            is_gone = getattr(form, "cleaned_data", {}).get("DELETE")
            if is_gone or form.errors or base is None or not form.has_changed():
                continue
            if typed := _typed_prices(form, base):
                before, after, field = typed
                try:
                    check_prices(before, after, confirmed="confirm_price" in self.data)
                except DomainError as refusal:
                    form.add_error(field, str(refusal))


class ImageForm(forms.ModelForm[ProductImage]):
    """
    A picture and what it shows: the product, an option value, or a variant.

    The file of an existing picture is not opened again: it may be missing.
    """

    shows = forms.ChoiceField(
        label=_("shows"),
        required=False,
        help_text=_(
            "A picture of a colour stands first in all its sizes, and in no other colour. One of a"
            " variant is that variant's alone."
        ),
    )

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
            gone = [(own, own)] if own not in dict(self._choices) else []
            form.fields["shows"].choices = [*self._choices, *gone]

    @cached_property
    def _choices(self) -> list[tuple[str, str]]:
        every = [("", str(_("all variants")))]
        if _is_new(self.instance):
            return every
        variants = self.instance.variants.order_by("position", "pk").values_list("pk", "sku")
        options = VariantOption.objects.filter(variant__product=self.instance)
        values = {
            f"{each.key}={each.value_key}": f"{each.name}: {each.value}"
            for each in options.order_by("position", "variant__position", "pk")
        }
        return [*every, *values.items(), *((str(pk), sku) for pk, sku in variants)]


def _is_new(row: Model) -> bool:
    """Whether the row is not in the database yet; its key may be set already."""
    return row._state.adding  # noqa: SLF001 - the documented state of a model instance


def _object(value: Any) -> dict[str, Any]:
    """:raises ValidationError: if it is not a JSON object that the database can store"""
    if value is None or value == "":
        return {}
    wrong = forms.ValidationError(_("Write names and values in braces, such as {“Width”: 90}."))
    if not isinstance(value, dict):
        raise wrong
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise wrong from error
    if "\\u0000" in json.dumps(value):
        raise forms.ValidationError(_("Null characters are not allowed."))
    return value
