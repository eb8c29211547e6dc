from modeltranslation.translator import TranslationOptions, register

from payments.models import PaymentMethod


@register(PaymentMethod)
class PaymentMethodTexts(TranslationOptions):
    fields = ("name", "description", "instructions")
