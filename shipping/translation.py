from modeltranslation.translator import TranslationOptions, register

from shipping.models import ShippingMethod


@register(ShippingMethod)
class ShippingMethodTexts(TranslationOptions):
    fields = ("name", "description")
