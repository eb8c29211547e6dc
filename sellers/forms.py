from typing import Any

from constance import config
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import documents
from accounts.forms import phone_field
from accounts.names import check_name
from accounts.public_requests import PublicRequestForm
from core.web.forms import answer_field
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


class ApplicationForm(PublicRequestForm[SellerApplication]):
    """What somebody tells who wants to sell in the shop."""

    shop_name = forms.CharField(
        label=_("Name of your shop"),
        max_length=150,
        error_messages={"required": _("Write the name that customers will see.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    document_type = forms.ChoiceField(label=_("Document"), choices=_documents)
    contact_name = forms.CharField(
        label=_("Name and surname"),
        max_length=150,
        validators=[check_name],
        error_messages={"required": _("Write your name and surname.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = answer_field(_("Our answer goes there; later you sign in with it."))
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

    class Meta:
        model = SellerApplication
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = phone_field(config.COUNTRY)
        self.fields["phone"].help_text = ""
        self.fields["phone"].error_messages["required"] = _("Write a phone number.")

    def clean_document_number(self) -> str:
        return documents.compact(self.cleaned_data["document_number"])

    def clean_phone(self) -> str:
        return str(self.cleaned_data["phone"])

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
