"""allauth's forms in which a password is chosen: typed once, with the rules in one sentence."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import check_name
from accounts.validators import MIN_LENGTH

RULES = format_lazy(
    _("At least {count} characters, and neither your name nor your e-mail nor only figures."),
    count=MIN_LENGTH,
)
MAX_NAME_LENGTH = 90


def _name_field(label: Any, autocomplete: str, refusal: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX_NAME_LENGTH,
        validators=[check_name],
        error_messages={"required": refusal},
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


class ChoosesPassword:
    """Shows the password rules beside the field, and a button that reveals what was typed."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["password1"]
        chosen.help_text = RULES
        chosen.error_messages["required"] = _("Choose a password.")


class SignupForm(ChoosesPassword, allauth.SignupForm):
    """With the names of the person, by whom parcels and receipts are made out."""

    first_name = _name_field(_("First name"), "given-name", _("Enter your first name."))
    last_name = _name_field(_("Last name"), "family-name", _("Enter your last name."))
    field_order = ("first_name", "last_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["required"] = _("Write your e-mail address.")

    def clean(self) -> dict[str, Any]:
        """A password that is like the person's name is refused as well."""
        data: dict[str, Any] = super().clean()
        names = {name: data[name] for name in ("first_name", "last_name") if name in data}
        if "password1" in data and names:
            try:
                get_adapter().clean_password(data["password1"], user=User(**names))
            except forms.ValidationError as refusal:
                self.add_error("password1", refusal)
        return data


class ChangePasswordForm(ChoosesPassword, allauth.ChangePasswordForm):
    password2 = None


class SetPasswordForm(ChoosesPassword, allauth.SetPasswordForm):
    password2 = None


class ResetPasswordKeyForm(ChoosesPassword, allauth.ResetPasswordKeyForm):
    password2 = None
