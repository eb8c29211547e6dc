"""Forms of the back office for payment methods and store credit."""

from decimal import Decimal
from typing import Any

from constance import config
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import User
from core.formats import SYMBOLS, money
from core.ids import uuid7
from core.money import quantize
from core.web.forms import AmountField
from payments import gateways, quotes
from payments.models import (
    CreditRequest,
    Gateway,
    PaymentMethod,
    StoreCredit,
    StoreCreditEntry,
)
from shipping.selectors import reach

_NAMES = dict(Gateway.choices)


class UnlabelledInput(forms.HiddenInput):
    """The admin writes a label for each field; a hidden one can have none."""

    def id_for_label(self, id_: str | None) -> str:
        return ""


class GrantForm(forms.ModelForm[StoreCredit]):
    """Store credit for a customer. `cause` makes two presses of the button one grant."""

    email = forms.EmailField(label=_("E-mail address of the customer"))
    amount = AmountField(label=_("Amount"), max_digits=12, decimal_places=2)
    reason = forms.CharField(
        label=_("Reason"), max_length=255, help_text=_("The customer reads it as well.")
    )
    cause = forms.UUIDField(widget=UnlabelledInput, initial=uuid7)

    # The page's own subclass names the person.
    by: User

    class Meta:
        model = StoreCredit
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = config.CREDIT_SECOND_PERSON_FROM
        if limit and not self.by.is_superuser:
            self.fields["amount"].help_text = _(
                "From %s within thirty days, small sums added up, a colleague approves it first."
            ) % money(limit, config.CURRENCY)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        found = User.objects.filter(email__iexact=email).first()
        if found is None:
            raise forms.ValidationError(_("There is no customer with this address."))
        if found == self.by:
            raise forms.ValidationError(_("You cannot grant credit to yourself: ask a colleague."))
        self.customer = found
        return email

    def clean_amount(self) -> Decimal:
        amount: Decimal = quantize(self.cleaned_data["amount"], config.CURRENCY)
        if amount <= 0:
            raise forms.ValidationError(_("Write an amount above zero."))
        return amount

    def clean(self) -> dict[str, Any]:
        """Going back to a submitted form shows the cause of another grant."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            earlier = (
                *StoreCreditEntry.objects.filter(reference=given["cause"]).values_list(
                    "credit__user", "amount"
                ),
                *CreditRequest.objects.filter(pk=given["cause"]).values_list("user", "amount"),
            )
            if any(each != (self.customer.pk, given["amount"]) for each in earlier):
                raise forms.ValidationError(
                    _("This was sent before with other details. Look at what came of it.")
                )
        return given


class PaymentMethodForm(forms.ModelForm[PaymentMethod]):
    """Countries, currencies and providers are chosen, not spelled."""

    gateway = forms.ChoiceField(label=capfirst(_("provider")))
    currencies = forms.MultipleChoiceField(
        label=capfirst(_("currencies")),
        required=False,
        help_text=_("Only for orders in these; in any currency if none is chosen."),
        widget=forms.CheckboxSelectMultiple,
    )
    countries = forms.MultipleChoiceField(
        label=capfirst(_("countries")),
        required=False,
        help_text=_("Only for orders that go there; everywhere if none is chosen."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = PaymentMethod
        fields = (
            *("name", "code", "description", "instructions", "type", "gateway"),
            *("commission_percent", "commission_fixed", "hold_minutes"),
            *("countries", "zones", "currencies", "minimum_amount", "maximum_amount"),
            *("is_active", "position"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = {*gateways.codes(), *filter(None, [self.instance.gateway])}
        self._offer("gateway", [(code, _NAMES.get(code, code)) for code in sorted(codes)])
        known = {config.CURRENCY, *SYMBOLS, *self.instance.currencies}
        self._offer("currencies", [(code, code) for code in sorted(known)])
        places = {*reach().countries, *self.instance.countries}
        self._offer("countries", [(code, countries.name(code)) for code in sorted(places)])

    def _offer(self, name: str, choices: list[Any]) -> None:
        """A field that the person may only read is not in the form."""
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A method that shoppers would never see is better found out here."""
        found = super().clean() or {}
        if found.get("is_active") and found.get("gateway"):
            currencies = found.get("currencies") or [config.CURRENCY]
            try:
                reasons = quotes.why_hidden(found["gateway"], currencies)
            except ValueError as error:
                reasons = [str(error)]
            for reason in reasons:
                self.add_error("gateway", reason)
        return found
