"""The page that creates a product's variants from options: edit, preview, create."""

import re
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import services
from catalog.models import Product
from catalog.selectors import known_options, options_of
from catalog.services import Option, OptionValue
from catalog.services.variants import MAX_VARIANTS, PlannedVariant
from core.exceptions import DomainError

MAX_OPTIONS = 4
MAX_VALUE_LENGTH = 100
_SUFFIX = re.compile(r"[A-Za-z0-9._-]{1,40}")
_AMOUNT = re.compile(r"[+-]?\d{1,8}([.,]\d{1,2})?")


class OptionForm(forms.Form):
    """An option and its values, one a line: value; SKU suffix; price difference."""

    name = forms.CharField(
        label=_("Option"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-options", "class": "vTextField"}),
    )
    values = forms.CharField(
        label=_("Values"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("A line each. Optional after semicolons: SKU suffix; price difference."),
    )

    def clean_values(self) -> tuple[OptionValue, ...]:
        lines = self.cleaned_data["values"].splitlines()
        return tuple(_value(line) for line in lines if line.strip(" ;"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("values") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Name the option."))
        if cleaned.get("name") and not cleaned.get("values") and "values" not in self.errors:
            self.add_error("values", _("Write at least one value."))
        return cleaned


class OptionFormSet(forms.BaseFormSet[OptionForm]):
    @property
    def options(self) -> list[Option]:
        """The options, without empty rows."""
        rows = [form.cleaned_data for form in self.forms]
        return [Option(row["name"], row["values"]) for row in rows if row.get("name")]


_FormSet: Any = forms.formset_factory(
    OptionForm,
    formset=OptionFormSet,
    extra=MAX_OPTIONS,
    max_num=MAX_OPTIONS,
    absolute_max=MAX_OPTIONS,
)


def page(request: HttpRequest, product: Product, context: dict[str, Any]) -> HttpResponse:
    """Ask for options; preview the variants of submitted ones, or create them."""
    context |= {"known_options": known_options(product), "most": MAX_VARIANTS, "problem": ""}
    if request.method != "POST":
        initial = _initial(product, str(request.GET.get("pick", "")))
        return _shown(request, context | {"formset": _FormSet(initial=initial)})
    formset = _FormSet(request.POST)
    context["formset"] = formset
    if not formset.is_valid():
        return _shown(request, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        plans = services.plan_variants(product, formset.options)
        if "make" in request.POST:
            confirmed = "confirm_price" in request.POST
            made = services.create_variants(product.pk, formset.options, confirmed=confirmed)
            text = ngettext("%d variant was made.", "%d variants were made.", len(made))
            messages.success(request, text % len(made))
            address = reverse("admin:catalog_product_change", args=[product.pk])
            return HttpResponseRedirect(address)
    except DomainError as refusal:
        context["problem"] = str(refusal)
        return _shown(request, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _shown(request, context | _figures(plans))


def _figures(plans: list[PlannedVariant]) -> dict[str, Any]:
    return {
        "plans": plans,
        "new": sum(plan.is_new for plan in plans),
        "existing": sum(plan.exists for plan in plans),
        "refused": sum(bool(plan.refusal) for plan in plans),
        "doubtful": any(plan.doubt for plan in plans if plan.is_new),
    }


def _initial(product: Product, picked: str) -> list[dict[str, str]]:
    """The product's own options, and the one picked from the shop's."""
    found = options_of(product)
    if picked and picked not in {option.key for option in found}:
        found += [option for option in known_options(product) if option.key == picked]
    rows = found[:MAX_OPTIONS]
    return [{"name": option.name, "values": "\n".join(option.values)} for option in rows]


def _value(line: str) -> OptionValue:
    """:raises ValidationError: if the line is not a value, a suffix and an amount"""
    text, suffix, amount, *more = [*(part.strip() for part in line.split(";")), "", ""][:4]
    if more and more[0]:
        raise forms.ValidationError(_("“%(line)s” has too many parts."), params={"line": line[:80]})
    if not 0 < len(text) <= MAX_VALUE_LENGTH:
        raise forms.ValidationError(
            _("“%(line)s”: a value has 1 to 100 letters."), params={"line": line[:80]}
        )
    if suffix and not _SUFFIX.fullmatch(suffix):
        raise forms.ValidationError(
            _("“%(suffix)s” is no suffix: use up to 40 letters, figures, points and hyphens."),
            params={"suffix": suffix[:80]},
        )
    if amount and not _AMOUNT.fullmatch(amount):
        raise forms.ValidationError(_("“%(amount)s” is no amount."), params={"amount": amount[:80]})
    return OptionValue(text, suffix, Decimal(amount.replace(",", ".") or 0))


def _shown(
    request: HttpRequest, context: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    template = "admin/catalog/product/variants.html"
    return TemplateResponse(request, template, context, status=status)
