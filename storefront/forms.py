from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import TrapForm, answer_field


class ContactForm(TrapForm):
    """What somebody writes to the shop."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = answer_field(_("Our answer goes there."))
    order_number = forms.CharField(
        label=_("Order number"),
        required=False,
        max_length=30,
        help_text=_("If it is about an order."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    message = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        error_messages={"required": _("Write your message.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
