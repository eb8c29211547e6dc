"""A catalogue file into the shop: line by line, batch by batch, in memory that does not grow."""

import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import IO, cast

from constance import config
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image

from backoffice.imports.stock import Stocker
from catalog.imports import (
    BadLine,
    CatalogueLine,
    CatalogueWriter,
    LineReader,
    WrittenVariant,
    image_row,
    pictures_of_line,
)
from catalog.models import ProductImage
from payments.models import Gateway, MethodType, PaymentMethod
from shipping.models import ShippingMethod, ShippingRate, Zone

BATCH = 500


@dataclass
class Loaded:
    """What came of a file: `bad` lines by number with the reason, `notes` by product id."""

    lines: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    units: int = 0
    pictures: int = 0
    missing_pictures: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Loaded") -> None:
        """Count in what came of one batch."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def open_lines(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


class CatalogueLoader:
    """Loads files with the same rates, stock and pictures."""

    def __init__(
        self,
        *,
        rates: dict[str, Decimal],
        stock: int | None,
        images: Path | None,
        step: Callable[[int], object],
    ) -> None:
        self._reader = LineReader(config.CURRENCY, rates)
        self._writer = CatalogueWriter()
        self._stocker = Stocker(stock)
        self._images = images
        self._step = step
        self.result = Loaded()

    def load(self, stream: IO[bytes]) -> Loaded:
        """
        Load the whole file. Bad lines are reported and skipped; good ones are loaded.

        Each batch is committed by itself, so an interruption loses only the current one.
        """
        batch: list[tuple[int, CatalogueLine]] = []
        for number, line in self._lines(stream):
            batch.append((number, line))
            if len(batch) == BATCH:
                self._write(batch)
                batch = []
        if batch:
            self._write(batch)
        self.result.bad.sort()
        return self.result

    def _lines(self, stream: IO[bytes]) -> Iterator[tuple[int, CatalogueLine]]:
        for number, raw in enumerate(stream, start=1):
            self._step(1)
            if not raw.strip():
                continue
            self.result.lines += 1
            try:
                yield number, self._reader.read(raw.decode("utf-8-sig"))
            except UnicodeDecodeError:
                self.result.bad.append((number, _("not UTF-8")))
            except BadLine as error:
                self.result.bad.append((number, str(error)))

    def _write(self, batch: Sequence[tuple[int, CatalogueLine]]) -> None:
        """Write the batch; if the database refuses it, by halves, to find which line it is."""
        try:
            with transaction.atomic():
                part = self._finish([line for _number, line in batch])
        except (IntegrityError, DataError) as error:
            self._writer.forget()
            if len(batch) == 1:
                reason = str(error).split("\n", maxsplit=1)[0]
                self.result.bad.append((batch[0][0], reason))
                return
            middle = len(batch) // 2
            self._write(batch[:middle])
            self._write(batch[middle:])
        else:
            self.result.add(part)

    def _finish(self, lines: Sequence[CatalogueLine]) -> Loaded:
        written = self._writer.write(lines)
        part = Loaded(added=written.added, changed=written.changed, notes=written.notes)
        part.unchanged = len({line.id for line in lines}) - written.added - written.changed
        part.units = self._stocker.receive(written.variants)
        if self._images:
            self._add_pictures(lines, written.variants, part)
        return part

    def _add_pictures(
        self, lines: Sequence[CatalogueLine], written: Sequence[WrittenVariant], part: Loaded
    ) -> None:
        products = {variant.line.sku: variant.product_id for variant in written}
        keys = set(products.values())
        known = set(
            ProductImage.objects.filter(product__in=keys).values_list("product_id", "picture")
        )
        variants = {variant.line.sku: variant.id for variant in written}
        rows = []
        # Of an id that comes twice, the last line: as it was written.
        for line in {line.id: line for line in lines}.values():
            product = products[line.variants[0].sku]
            for position, placed in enumerate(pictures_of_line(line)):
                picture = self._picture(placed.name)
                part.missing_pictures += picture is None
                if picture and (product, picture[0]) not in known:
                    name, width, height = picture
                    row = image_row(placed, line, product, variants, position=position)
                    row.picture, row.width, row.height = name, width, height
                    rows.append(row)
        ProductImage.objects.bulk_create(rows)
        part.pictures = len(rows)

    def _picture(self, name: str) -> tuple[str, int, int] | None:
        """The picture in the media storage with its size; None if the file is not there."""
        folder = (self._images or Path()).resolve()
        path = (folder / name).resolve()
        if "://" in name or not path.is_relative_to(folder) or not path.is_file():
            return None
        try:
            with Image.open(path) as opened:
                width, height = opened.size
        except OSError:
            return None
        target = f"catalogue/{path.relative_to(folder)}"
        if not default_storage.exists(target):
            with path.open("rb") as stream:
                target = default_storage.save(target, File(stream))
        return target, width, height


def make_sellable() -> None:
    """See to it that a shop made of a file alone has a way to deliver and a way to pay."""
    if not ShippingMethod.objects.filter(is_active=True).exists():
        whole = {"country": config.COUNTRY, "ubigeo_prefixes": []}
        zone, _is_new = Zone.objects.get_or_create(name=_("Whole country"), defaults=whole)
        method = ShippingMethod.objects.create(
            code="standard", name_es="Envío estándar", name_en="Standard delivery"
        )
        ShippingRate.objects.create(method=method, zone=zone, price=Decimal("15.00"), days_max=5)
    if PaymentMethod.objects.filter(is_active=True).exists():
        return
    PaymentMethod.objects.create(
        code="transfer",
        name_es="Transferencia bancaria",
        name_en="Bank transfer",
        type=MethodType.BANK_TRANSFER,
        gateway=Gateway.MANUAL,
        hold_minutes=2880,
        position=2,
    )
    if settings.DEMO:
        PaymentMethod.objects.create(
            code="card",
            name_es="Tarjeta de crédito o débito",
            name_en="Credit or debit card",
            type=MethodType.CARD,
            gateway=Gateway.SIMULATOR,
            position=1,
        )
