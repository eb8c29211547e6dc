from uuid import UUID

from celery import shared_task

from catalog.images import WIDTHS, renditions
from catalog.models import ProductImage


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
