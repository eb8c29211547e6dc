"""The form of the shop's settings: the checks that need more than one field."""

from collections.abc import Callable
from typing import Any

from constance import config, settings
from constance.forms import ConstanceForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import documents
from accounts.fresh_sign_in import check_fresh
from invoicing import providers
from orders.models import Order
from payments.quotes import read_rates
from storefront import setting_sections
from storefront.models import Page

# What the tax office is told, and from which amount on a second person decides.
WANT_FRESH_SIGN_IN = (
    *("TAX_ID", "LEGAL_NAME", "PRICES_INCLUDE_TAX", "DEFAULT_TAX_RATE", "DEFAULT_TAX_NAME"),
    *("TAX_EXPORTS", "ROUND_TAX_PER_LINE", "INVOICING_PROVIDER"),
    *("TRANSFER_SECOND_PERSON_FROM", "CREDIT_SECOND_PERSON_FROM"),
)


class SettingsForm(ConstanceForm):
    """
    The settings of a section, or all; impossible values are refused beside their field.

    1 query for the pages of the shop.
    """

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        self.request = request
        section = setting_sections.asked_for(request) if request else None
        for name, (_default, text, *_kind) in settings.CONFIG.items():
            self.fields[name].label = str(text)
            if section and name not in section.names:
                del self.fields[name]
        pages = list(Page.objects.filter(is_active=True).order_by("title"))
        titles = [("", _("none")), *((page.slug, page.title) for page in pages)]
        self._offer("TERMS_PAGE", titles)
        self._offer("SELLER_TERMS_PAGE", titles)
        codes = [(code, code) for code in providers.codes()]
        self._offer("INVOICING_PROVIDER", [("none", _("nobody: they stay in the shop")), *codes])

    def clean_CURRENCY(self) -> str:
        """Refuse another currency than that of the orders and prices there are. 1 query."""
        now, wanted = str(self.initial["CURRENCY"]), str(self.cleaned_data["CURRENCY"])
        if wanted != now and Order.objects.exists():
            raise forms.ValidationError(
                _(
                    "There are orders in %(currency)s, and your prices are meant in it. To sell in"
                    " another currency, begin a shop with a database of its own."
                )
                % {"currency": now}
            )
        return wanted

    def clean_EXCHANGE_RATES(self) -> str:
        """Refuse rates that could not be read when somebody pays."""
        text = str(self.cleaned_data["EXCHANGE_RATES"])
        try:
            read_rates(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean()
        self._check_tax_id(found)
        self._compare(
            "HOLD_LIMIT_MINUTES",
            "RESERVATION_MINUTES",
            lambda longest, hold: longest >= hold,
            _("A hold lasts %(other)s minutes: write as many or more."),
        )
        self._compare(
            "ABANDONED_CART_HOURS",
            "CART_HOURS",
            lambda reminder, cart: reminder < cart,
            _("A cart is kept for %(other)s hours: write fewer, or 0."),
        )
        return found

    def save(self) -> list[str]:
        """
        What is not on the page stays as it is.

        :raises ReauthenticationRequired: if one of WANT_FRESH_SIGN_IN changes too late
        """
        if self.request and any(self._is_changed(name) for name in WANT_FRESH_SIGN_IN):
            check_fresh(self.request)
        others = (name for name in settings.CONFIG if name not in self.fields)
        self.cleaned_data |= {name: getattr(config, name) for name in others}
        changed: list[str] = super().save()
        return changed

    def _is_changed(self, name: str) -> bool:
        return name in self.fields and self.cleaned_data[name] != self.initial[name]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Keep the current value on offer even if it is gone, so that the form can be saved."""
        if name not in self.fields:
            return
        now = str(self.initial.get(name, ""))
        if now not in dict(choices):
            choices = [*choices, (now, _("%(name)s (not there any more)") % {"name": now})]
        field = self.fields[name]
        field.choices = choices
        field.required = False

    def _check_tax_id(self, found: dict[str, Any]) -> None:
        number, country = (
            found.get(name) if name in self.fields else self.initial[name]
            for name in ("TAX_ID", "COUNTRY")
        )
        paper = documents.for_invoice(country) if country else ""
        if number and paper and not documents.is_valid(paper, number):
            label = documents.DOCUMENTS[paper].label
            self.add_error(
                "TAX_ID" if "TAX_ID" in self.fields else "COUNTRY",
                _("This is no valid %(document)s: check its digits.") % {"document": label},
            )

    def _compare(
        self, name: str, other: str, is_right: Callable[[Any, Any], bool], refusal: str
    ) -> None:
        value, limit = self.cleaned_data.get(name), self.cleaned_data.get(other)
        if None not in {value, limit} and not is_right(value, limit):
            self.add_error(name, refusal % {"other": limit})
