from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from phonenumber_field.formfields import PhoneNumberField

from accounts import documents
from accounts.public_requests import PublicRequestForm
from complaints.models import Complaint, ComplaintKind, Ordered
from core.web.forms import AmountField, answer_field

MAX = 4000
# The sheet's three parts, in the order of the law's own form.
WHO = ("name", "document_type", "document_number", "address", "phone", "email", "guardian")
ABOUT = ("ordered", "order_number", "amount", "description")
COMPLAINT = ("kind", "detail", "request")


def _text(label: StrOrPromise, missing: StrOrPromise) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX,
        error_messages={"required": missing},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ComplaintForm(PublicRequestForm[Complaint]):
    """A complaint form with the sections required by law."""

    name = forms.CharField(
        label=_("Name and surname"),
        max_length=200,
        error_messages={"required": _("Write your name and surname.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    document_type = forms.ChoiceField(label=_("Document"), choices=documents.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=255,
        error_messages={"required": _("Write your address.")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        region="PE",
        error_messages={
            "required": _("Write a phone number."),
            "invalid": _("Write a phone number such as 987 654 321."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = answer_field(_("Your copy and our answer go there."))
    guardian = forms.CharField(
        label=_("Father, mother or guardian"),
        help_text=_("If you are under 18."),
        required=False,
        max_length=200,
    )
    ordered = forms.ChoiceField(
        label=_("Is it a product or a service?"), choices=Ordered.choices, widget=forms.RadioSelect
    )
    order_number = forms.CharField(label=_("Order number"), required=False, max_length=30)
    amount = AmountField(
        label=_("Amount claimed"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    description = _text(
        _("Description of the product or service"), _("Describe the product or service.")
    )
    kind = forms.ChoiceField(
        label=_("What you write"), choices=ComplaintKind.choices, widget=forms.RadioSelect
    )
    detail = _text(_("What happened"), _("Write what happened."))
    request = _text(_("What you ask for"), _("Write what you ask of us."))

    class Meta:
        model = Complaint
        fields = (*WHO, *ABOUT, *COMPLAINT)

    @property
    def who(self) -> list[forms.BoundField]:
        return [self[name] for name in WHO]

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in ABOUT]

    @property
    def complaint(self) -> list[forms.BoundField]:
        return [self[name] for name in COMPLAINT]


class AnswerForm(forms.ModelForm[Complaint]):
    """What the shop says; the rest of the sheet is as it was written."""

    answer = forms.CharField(
        label=_("answer"),
        max_length=MAX,
        help_text=_("The consumer gets it by mail; it cannot be changed afterwards."),
        error_messages={"required": _("Write the answer.")},
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
    )

    class Meta:
        model = Complaint
        fields = ("answer",)
