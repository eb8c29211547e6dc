from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.models import RequestKind


class ForgetMeForm(forms.Form):
    """People who want to be forgotten prove who they are, and learn what follows."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    understood = forms.BooleanField(
        label=_("I know that this cannot be undone."),
        error_messages={"required": _("Tick this box if you are sure.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password


class RequestForm(forms.Form):
    """What somebody of the staff does for a person who has asked the shop."""

    kind = forms.ChoiceField(
        label=_("What the person asks for"), choices=RequestKind.choices, widget=forms.RadioSelect
    )
    email = forms.EmailField(label=_("E-mail"), help_text=_("The person's own."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=255,
        help_text=_("How the person asked, and how you verified who they are."),
    )
