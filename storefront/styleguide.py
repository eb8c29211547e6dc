"""Sample data for /styleguide/: every component in its states, without a database."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils import timezone

from core.brand import hues
from core.brand.looks import LOOKS

SAMPLES = Path(__file__).with_suffix(".json")
MOMENTS = {"at", "promised_from", "promised_to"}


class SampleForm(forms.Form):
    """A short form with one of each kind of field."""

    email = forms.EmailField(
        label="E-mail",
        help_text="We send the receipt here.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="Phone",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    district = forms.ChoiceField(
        label="District",
        choices=[("", "Choose…"), ("150122", "Miraflores"), ("150131", "San Isidro")],
    )
    receipt = forms.ChoiceField(
        label="Receipt",
        choices=[("boleta", "Boleta"), ("factura", "Factura")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note for the courier", required=False, widget=forms.Textarea)
    proof = forms.FileField(label="Proof of the transfer", required=False)
    terms = forms.BooleanField(label="I accept the terms of sale")


class StarsForm(forms.Form):
    rating = forms.ChoiceField(
        label="Your rating",
        choices=[(stars, f"{stars} stars") for stars in range(1, 6)],
        initial=4,
        widget=forms.RadioSelect,
    )


def _revive(sample: dict[str, Any]) -> dict[str, Any]:
    """Turn a picture's name into what `components/_picture.html` wants, and text into times."""
    if name := sample.pop("picture_of", None):
        source = static(f"img/sample/{name}.webp")
        sample |= {"src": source, "full_url": source, "width": 480, "height": 600}
    for moment in MOMENTS & sample.keys():
        sample[moment] = sample[moment] and datetime.fromisoformat(sample[moment])
    return sample


def context() -> dict[str, Any]:
    samples: dict[str, Any] = json.loads(
        SAMPLES.read_text(), object_hook=_revive, parse_float=Decimal
    )
    opening = timezone.now().replace(microsecond=0) + timedelta(days=2, hours=3)
    samples["drops"][0]["at"] = opening
    return samples | {
        "looks": list(LOOKS),
        "display_sizes": ("5xl", "4xl", "3xl", "2xl"),
        "text_sizes": ("xl", "lg", "md", "sm", "xs"),
        "hues": hues.STEPS,
        "form": SampleForm(),
        "stars_form": StarsForm(),
        "bad_form": SampleForm({"bad-email": "x"}, prefix="bad"),
    }
