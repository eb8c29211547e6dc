"""Translated fields of the catalogue. Slugs are not translated."""

from modeltranslation.translator import TranslationOptions, register

from catalog.models import (
    Brand,
    Category,
    Collection,
    Family,
    Kit,
    Product,
    ProductImage,
    Variant,
    VariantOption,
)


@register([Family, Variant, Kit, Collection])
class NamedTexts(TranslationOptions):
    fields = ("name", "description")


@register(Product)
class ProductTexts(TranslationOptions):
    fields = ("name", "description", "seo_title", "seo_description")


@register(Category)
class CategoryTexts(TranslationOptions):
    fields = ("name", "description", "size_guide", "seo_title", "seo_description")


@register(Brand)
class BrandTexts(TranslationOptions):
    fields = ("description",)


@register(ProductImage)
class ProductImageTexts(TranslationOptions):
    fields = ("alt",)


@register(VariantOption)
class VariantOptionTexts(TranslationOptions):
    fields = ("name", "value")
