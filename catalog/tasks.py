from uuid import UUID

from celery import shared_task

from catalog.images import WIDTHS, copies_of, renditions, write_renditions
from catalog.models import Category, Collection, Family, Kit, ProductImage


@shared_task(ignore_result=True)
def make_renditions(image_id: str) -> None:
    """Write the smaller copies of one picture. Running twice writes them once."""
    image = ProductImage.objects.filter(pk=UUID(image_id)).first()
    if image:
        renditions(image)


@shared_task(ignore_result=True)
def make_missing_renditions(limit: int = 200) -> int:
    """Write the copies of pictures that lack any; returns how many pictures it took up."""
    rows = ProductImage.objects.exclude(rendition_widths__contains=list(WIDTHS[:2]))
    wide = rows.filter(width__gte=WIDTHS[1])[:limit]
    for image in wide:
        renditions(image)
    return len(wide)


@shared_task(ignore_result=True)
def make_missing_covers() -> int:
    """Write the copies of pictures of kits, collections, shelves; returns how many it took up."""
    rows = (Kit.objects, "cover"), (Collection.objects, "hero_image")
    shelves = (Family.objects, "picture"), (Category.objects, "picture")
    made = 0
    for manager, field in (*rows, *shelves):
        for name in manager.exclude(**{field: ""}).values_list(field, flat=True):
            if not copies_of(name):
                write_renditions(name)
                made += 1
    return made
