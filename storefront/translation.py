from modeltranslation.translator import TranslationOptions, register

from storefront.models import Banner, HomeBlock, MenuItem, Page


@register(Banner)
class BannerTexts(TranslationOptions):
    fields = ("title", "subtitle", "button")


@register(Page)
class PageTexts(TranslationOptions):
    fields = ("title", "body")


@register(MenuItem)
class MenuItemTexts(TranslationOptions):
    fields = ("label",)


@register(HomeBlock)
class HomeBlockTexts(TranslationOptions):
    fields = ("title",)
