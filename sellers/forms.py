from typing import Any

from constance import config
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import documents
from accounts.forms import phone_field
from accounts.names import check_name
from sellers.models import SellerApplication

MAX_LENGTH = 2000
FIELDS = (
    *("shop_name", "document_type", "document_number"),
    *("contact_name", "email", "phone", "goods"),
)


def _documents() -> list[tuple[str, Any]]:
    """What companies of the shop's country are known by."""
    known = documents.choices(config.COUNTRY)
    return [(code, label) for code, label in known if documents.is_for_invoices(code)] or known


class ApplicationForm(forms.ModelForm[SellerApplication]):
    """What somebody tells who wants to sell in the shop."""

    shop_name = forms.CharField(
        label=_("Name of your shop"),
        max_length=150,
        error_messages={"required": _("Write the name that customers will see.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    document_type = forms.ChoiceField(label=_("Document"), choices=_documents)
    document_number = forms.CharField(
        label=_("Document number"),
        max_length=20,
        error_messages={"required": _("Write the number of your document.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact_name = forms.CharField(
        label=_("Name and surname"),
        max_length=150,
        validators=[check_name],
        error_messages={"required": _("Write your name and surname.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Our answer goes there; later you sign in with it."),
        error_messages={
            "required": _("Write the address that we should answer to."),
            "invalid": _("Enter an e-mail address such as ana@example.com."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    goods = forms.CharField(
        label=_("What you sell"),
        max_length=MAX_LENGTH,
        help_text=_("Which products, about how many, and from where you send them."),
        error_messages={"required": _("Write what you sell.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    accepts_terms = forms.BooleanField(
        label=_("I accept the terms for sellers"),
        error_messages={"required": _("Without the terms you cannot sell here.")},
    )
    # People do not see it; programs that fill in every field give themselves away.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = SellerApplication
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = phone_field(config.COUNTRY)
        self.fields["phone"].help_text = ""
        self.fields["phone"].error_messages["required"] = _("Write a phone number.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind, number = values.get("document_type", ""), values.get("document_number")
        if number and not documents.is_valid(kind, number):
            self.add_error("document_number", _("This is not a valid number for that document."))
        return values

    def clean_document_number(self) -> str:
        return documents.compact(self.cleaned_data["document_number"])

    def clean_phone(self) -> str:
        return str(self.cleaned_data["phone"])

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in (*FIELDS, "accepts_terms")]


class ApprovalForm(forms.Form):
    shop_name = forms.CharField(label=_("Shop name"), max_length=150)
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )


class RejectionForm(forms.Form):
    message = forms.CharField(
        label=_("Message"),
        max_length=MAX_LENGTH,
        help_text=_("The applicant gets it by mail."),
        widget=forms.Textarea({"rows": 3}),
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)


class RemovalForm(forms.Form):
    member = forms.UUIDField(label=_("Person"))
