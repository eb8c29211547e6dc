from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Kit, Product, ProductKind


class TagsField(forms.CharField):
    """A list of words, edited as text with commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = (word.strip() for word in (value or "").split(","))
        return list(dict.fromkeys(word for word in words if word))


class KitForm(forms.ModelForm[Kit]):
    discount_percent = forms.DecimalField(
        label=_("Discount, %"), min_value=0, max_value=100, decimal_places=2
    )
    style_tags = TagsField(
        label=_("Style tags"), required=False, help_text=_("Words, with commas between.")
    )

    class Meta:
        model = Kit
        fields = "__all__"  # noqa: DJ007 - the admin says which

    def clean_product(self) -> Product | None:
        """:raises ValidationError: if the product has its own variants to sell"""
        product: Product | None = self.cleaned_data["product"]
        if product and product.kind != ProductKind.TEMPLATE:
            raise forms.ValidationError(
                _("Only a product of the kind “kit” lists one. Change its kind, or choose another.")
            )
        return product
