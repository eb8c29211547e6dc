from modeltranslation.translator import TranslationOptions, register

from storefront.models import Banner, HomeBlock, MenuItem, Page, Story


@register(Banner)
class BannerTexts(TranslationOptions):
    fields = ("title", "subtitle", "button")


@register(Story)
class StoryTexts(TranslationOptions):
    fields = ("title", "text", "button")


@register(Page)
class PageTexts(TranslationOptions):
    fields = ("title", "body")


@register(MenuItem)
class MenuItemTexts(TranslationOptions):
    fields = ("label",)


@register(HomeBlock)
class HomeBlockTexts(TranslationOptions):
    fields = ("title",)
