"""The first smaller copies of the demo's pictures, made side by side; the worker makes the rest."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from catalog.images import write_renditions
from catalog.models import ProductImage

# Of cards and of the product page on a phone.
WIDTHS = (320, 640)
_PROCESSES = 2


def _write(name: str) -> tuple[str, list[int]]:
    try:
        return name, write_renditions(name, WIDTHS)
    except OSError:
        return name, []


def make(say: Callable[[str], None]) -> None:
    """Write the copies that are not there yet, and note their widths on the pictures."""
    images = list(ProductImage.objects.filter(rendition_widths=[]))
    if not images:
        return
    say(f"Making smaller copies of {len(images)} pictures …")
    names = list(dict.fromkeys(str(image.picture.name) for image in images))
    # Forked before this process has threads: the copies need neither database nor settings anew.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("fork")) as pool:
        widths = dict(pool.map(_write, names, chunksize=4))
    for image in images:
        image.rendition_widths = widths[str(image.picture.name)]
    ProductImage.objects.bulk_update(images, ["rendition_widths"], batch_size=500)
