from modeltranslation.translator import TranslationOptions, register

from promotions.models import Promotion


@register(Promotion)
class PromotionTexts(TranslationOptions):
    fields = ("name", "description")
