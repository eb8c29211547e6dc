"""Responsive pictures."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.images import FORMATS, srcset_of
from catalog.models import ProductImage

register = template.Library()


@register.simple_tag
def picture(
    image: ProductImage | Any, sizes: str = "100vw", *, eager: bool = False, alt: str | None = None
) -> SafeString:
    """
    A `<picture>` with AVIF and WebP renditions, for a product picture or any image field.

    `alt` overrides the picture's text; `eager` is for the main picture above the fold.
    """
    if not image:
        return SafeString("")
    file = image.picture if isinstance(image, ProductImage) else image
    if not file:
        return SafeString("")
    own = isinstance(image, ProductImage)
    text = alt if alt is not None else (image.alt if own else "")
    size = _size(image, file)
    attributes = SafeString(' fetchpriority="high"') if eager else SafeString(' loading="lazy"')
    return format_html(
        '<picture>{}<img src="{}" alt="{}"{}{} decoding="async"></picture>',
        _sources(str(file.name), image.rendition_widths if own else [], sizes),
        file.url,
        text or "",
        size,
        attributes,
    )


def _size(image: ProductImage | Any, file: Any) -> SafeString:
    """Width and height, to reserve its space; empty if the file is missing."""
    try:
        width, height = image.width or file.width, image.height or file.height
    except OSError:
        return SafeString("")
    return format_html(' width="{}" height="{}"', width, height) if width else SafeString("")


def _sources(name: str, widths: list[int], sizes: str) -> SafeString:
    if not widths:
        return SafeString("")
    rows = [(kind, srcset_of(name, tuple(sorted(widths)), kind), sizes) for kind in FORMATS]
    return format_html_join("", '<source type="image/{}" srcset="{}" sizes="{}">', rows)
