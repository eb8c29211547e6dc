from modeltranslation.translator import TranslationOptions, register

from accounts.models import Seller


@register(Seller)
class SellerTexts(TranslationOptions):
    fields = ("description",)
