"""The first smaller copies of the demo's pictures, made side by side; the worker makes the rest."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from accounts.models import Seller
from catalog.images import copies_of, write_renditions
from catalog.models import Collection, Kit, ProductImage
from storefront.models import Banner, Story

# Of cards and of the product page on a phone.
WIDTHS = (200, 320, 640)
_PROCESSES = 2


def _write(name: str) -> tuple[str, list[int]]:
    try:
        return name, write_renditions(name, WIDTHS, is_urgent=True)
    except OSError:
        return name, []


def _covers() -> list[str]:
    kits = Kit.objects.values_list("cover", flat=True)
    collections = Collection.objects.values_list("hero_image", flat=True)
    banners = Banner.objects.values_list("mobile_image", flat=True)
    stories = Story.objects.values_list("picture", flat=True)
    logos = Seller.objects.values_list("logo", flat=True)
    return [name for name in (*kits, *collections, *banners, *stories, *logos) if name]


def make(say: Callable[[str], None]) -> None:
    """Write the copies that are not there yet, and note their widths on the pictures."""
    images = list(ProductImage.objects.filter(rendition_widths=[]))
    covers = [name for name in _covers() if not copies_of(name)]
    if not images and not covers:
        return
    say(f"Making smaller copies of {len(images) + len(covers)} pictures …")
    names = list(dict.fromkeys([*(str(image.picture.name) for image in images), *covers]))
    # Forked before this process has threads: the copies need neither database nor settings again.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("fork")) as pool:
        widths = dict(pool.map(_write, names, chunksize=4))
    for image in images:
        image.rendition_widths = widths[str(image.picture.name)]
    ProductImage.objects.bulk_update(images, ["rendition_widths"], batch_size=500)
