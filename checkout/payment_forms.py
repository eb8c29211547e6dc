"""The form of a payment link, for an order that exists already."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checkout.paying import PaymentPage


class PaymentForm(forms.Form):
    """The method, and the terms unless they were accepted before."""

    terms = forms.BooleanField(
        label=_("I accept the terms of sale"),
        error_messages={"required": _("Please accept the terms of sale to place the order.")},
    )

    def __init__(self, data: Mapping[str, Any] | None, *, page: PaymentPage) -> None:
        super().__init__(data)
        self._codes = [method.code for method in page.methods]
        self.fields["payment"] = forms.ChoiceField(
            label=_("Payment"),
            choices=[(code, code) for code in self._codes],
            error_messages={
                "required": _("Choose a payment method."),
                "invalid_choice": _("This payment method is not available. Choose another."),
            },
        )
        if not page.asks_for_terms:
            del self.fields["terms"]

    @property
    def chosen(self) -> dict[str, str]:
        """The method to preselect: the submitted one, otherwise the first."""
        typed = str(self["payment"].value() or "")
        return {"code": typed if typed in self._codes else next(iter(self._codes), "")}
