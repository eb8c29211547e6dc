"""Writes batches of catalogue lines with few queries."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Seller
from catalog.imports.lines import LANGUAGES, CatalogueLine, VariantLine, cut
from catalog.imports.taxonomy import Taxonomy
from catalog.imports.upsert import Changes, lock_imports, upsert
from catalog.models import Product, Variant, VariantOption
from catalog.search import indexing
from core.ids import uuid7

# Columns that a later import may change; slug, seller and shop settings stay.
_PRODUCT_FIELDS = [
    *("name", "name_es", "name_en", "description", "description_es", "description_en"),
    *("category", "base_price", "attributes", "specifications", "language"),
    *("rating_average", "rating_count"),
]
_VARIANT_FIELDS = [
    *("name", "name_es", "name_en", "brand", "model", "price_modifier", "sale_price", "weight_kg"),
    *("is_featured", "is_new", "is_on_offer", "position"),
]
OPTION_FIELDS = [
    *("name", "name_es", "name_en", "value", "value_es", "value_en", "value_key", "position")
]


@dataclass(frozen=True, slots=True)
class WrittenVariant:
    """A variant of the file as stored in the shop."""

    id: UUID
    product_id: UUID
    line: VariantLine


@dataclass(slots=True)
class WriteResult:
    """The result of a batch: its variants, numbers of products, and notes by line id."""

    variants: list[WrittenVariant] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Translations:
    """Names and values of options and attributes in Spanish and English."""

    options: Mapping[str, Mapping[str, str]]
    attributes: Mapping[str, Mapping[str, str]]
    values: Mapping[str, str]
    attribute_values: Mapping[str, str]

    def value(self, value: str, code: str) -> str:
        """The value of an option in that language."""
        return self.values.get(value, value) if code == "es" else value


DEFAULT_TRANSLATIONS = Translations(
    options={
        "size": {"es": "Talla", "en": "Size"},
        "color": {"es": "Color", "en": "Colour"},
        "material": {"es": "Material", "en": "Material"},
    },
    attributes={},
    values={
        "Black": "Negro", "White": "Blanco", "Gray": "Gris", "Blue": "Azul", "Red": "Rojo",
        "Green": "Verde", "Yellow": "Amarillo", "Orange": "Naranja", "Purple": "Morado",
        "Brown": "Marrón", "Pink": "Rosado", "Lavender": "Lavanda", "One Size": "Talla única",
    },
    attribute_values={},
)  # fmt: skip


def _short_hash(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=4).hexdigest()


def _title(line: CatalogueLine) -> str:
    return line.names.get("es") or line.names["en"]


def shortened(text: str, length: int) -> str:
    """The text if it fits, else its beginning with a hash that keeps it unique."""
    if len(text) <= length:
        return text
    return f"{text[: length - 9]}-{_short_hash(text)}"


def product_slugs(titles: Mapping[str, str]) -> dict[str, str]:
    """A free slug for each key: its title, with a hash of the key if that is taken. 1 query."""
    wanted = {key: slugify(title)[:120].strip("-") for key, title in titles.items()}
    taken = set(Product.objects.filter(slug__in=wanted.values()).values_list("slug", flat=True))
    for key, slug in wanted.items():
        if not slug or slug in taken:
            wanted[key] = f"{slug or 'p'}-{_short_hash(key)}"
        taken.add(wanted[key])
    return wanted


def variant_slug(sku: str) -> str:
    return f"{slugify(sku)[:80]}-{_short_hash(sku)}".strip("-")


def option_key(name: str) -> str:
    return slugify(name)[:60]


def option_value_key(value: str) -> str:
    return slugify(value)[:120] or shortened(value.encode().hex(), 120)


def option_rows(
    variant: UUID, options: Iterable[tuple[str, str]], words: Translations = DEFAULT_TRANSLATIONS
) -> list[VariantOption]:
    """The options with names and values in both languages, where `words` has them."""
    rows: dict[str, VariantOption] = {}
    for position, (name, value) in enumerate(options):
        key = option_key(name)
        if not key or not value:
            continue
        labels = words.options.get(name.lower(), {})
        plain = name.replace("_", " ").capitalize()
        rows[key] = VariantOption(
            variant_id=variant,
            key=key,
            value_key=option_value_key(value),
            position=position,
            **{f"name_{code}": labels.get(code, plain)[:50] for code in LANGUAGES},
            **{f"value_{code}": words.value(value, code)[:100] for code in LANGUAGES},
        )
    return list(rows.values())


class CatalogueWriter:
    """Writes lines; caches categories and brands between batches."""

    def __init__(self, words: Translations | None = None) -> None:
        self._taxonomy = Taxonomy()
        self._words = words or DEFAULT_TRANSLATIONS
        self._sellers = dict(Seller.objects.values_list("slug", "pk"))
        self._house = Seller.objects.house().get().pk

    def forget(self) -> None:
        """Reload categories and brands after a batch was rolled back."""
        self._taxonomy = Taxonomy()

    @transaction.atomic
    @indexing.unqueued()
    def write(self, lines: Sequence[CatalogueLine]) -> WriteResult:
        """Insert or update the products of these lines; the last line of an id wins."""
        lock_imports()
        by_id = {line.id: line for line in lines}
        written = WriteResult(notes=[(line.id, note) for line in lines for note in line.notes])
        rows = self._products(by_id)
        products = upsert(Product, rows, unique=["id"], fields=_PRODUCT_FIELDS)
        keys = {line.id: row.pk for line, row in zip(by_id.values(), rows, strict=True)}
        changed = self._variants(by_id, keys, written)
        new = {row.pk for row in products.added}
        changed |= {row.pk for row in products.changed}
        written.added, written.changed = len(new), len(changed - new)
        indexing.refresh_whole(sorted(new | changed))
        return written

    def _products(self, lines: Mapping[str, CatalogueLine]) -> list[Product]:
        named = Product.objects.filter(external_id__in=lines).locked()
        known = {
            key: (pk, slug) for pk, key, slug in named.values_list("pk", "external_id", "slug")
        }
        slugs = self._slugs([line for key, line in lines.items() if key not in known])
        rows = []
        for key, line in lines.items():
            pk, slug = known.get(key) or (uuid7(), slugs[key])
            rows.append(self._product(pk, slug, line))
        return rows

    def _slugs(self, lines: Sequence[CatalogueLine]) -> dict[str, str]:
        return product_slugs({line.id: line.slug or _title(line) for line in lines})

    def _product(self, pk: UUID, slug: str, line: CatalogueLine) -> Product:
        cheapest = min(line.variants, key=lambda variant: (variant.price, variant.list_price))
        return Product(
            id=pk,
            external_id=line.id,
            slug=slug,
            sku=shortened(line.id, 100),
            category_id=self._taxonomy.category(line.path, line.path_es),
            seller_id=self._sellers.get(line.seller, self._house),
            base_price=line.base_price,
            # The values that triggers would compute, to save them an update.
            price_from=cheapest.price,
            list_price_from=cheapest.list_price,
            is_new="new" in line.flags,
            is_on_offer=any(each.price < each.list_price for each in line.variants),
            attributes=line.attributes,
            specifications=self._specifications(line),
            language="" if len(line.names) == len(LANGUAGES) else line.language,
            rating_average=line.rating,
            rating_count=line.review_count,
            **{f"name_{code}": line.names.get(code) for code in LANGUAGES},
            **{f"description_{code}": line.descriptions.get(code) for code in LANGUAGES},
        )

    def _specifications(self, line: CatalogueLine) -> dict[str, dict[str, str]]:
        """Labels and Spanish values of the attributes that have them."""
        found = {}
        for key, value in line.attributes.items():
            labels = self._words.attributes.get(key)
            if labels:
                text = self._words.attribute_values.get(value) if isinstance(value, str) else None
                found[key] = {**labels, **({"value_es": text} if text else {})}
        return found

    def _variants(
        self, lines: Mapping[str, CatalogueLine], products: Mapping[str, UUID], written: WriteResult
    ) -> set[UUID]:
        """Write variants and options; returns the products with changes."""
        known = self._known_skus(lines.values())
        rows: list[Variant] = []
        options: list[VariantOption] = []
        for line in lines.values():
            for position, entry in enumerate(line.variants):
                sku = self._sku(line, entry, products[line.id], known, written)
                pk = known[sku][0]
                rows.append(self._variant(pk, sku, position, line, entry, products[line.id]))
                options.extend(option_rows(pk, entry.options, self._words))
                written.variants.append(WrittenVariant(pk, products[line.id], entry))
        variants: Changes[Variant] = upsert(Variant, rows, unique=["id"], fields=_VARIANT_FIELDS)
        others = upsert(VariantOption, options, unique=["variant_id", "key"], fields=OPTION_FIELDS)
        products_of = {row.pk: row.product_id for row in rows}
        return {row.product_id for row in variants} | {
            products_of[option.variant_id] for option in others
        }

    def _known_skus(self, lines: Iterable[CatalogueLine]) -> dict[str, tuple[UUID, UUID]]:
        """Key and product of existing variants with these SKUs. 1 query."""
        wanted = [(line.id, variant.sku) for line in lines for variant in line.variants]
        skus = {shortened(sku, 120) for _key, sku in wanted}
        skus |= {shortened(f"{key}-{sku}", 120) for key, sku in wanted}
        rows = Variant.objects.filter(sku__in=skus).values_list("sku", "pk", "product_id")
        return {sku: (pk, product) for sku, pk, product in rows}

    def _sku(
        self,
        line: CatalogueLine,
        entry: VariantLine,
        product: UUID,
        known: dict[str, tuple[UUID, UUID]],
        written: WriteResult,
    ) -> str:
        """The SKU, prefixed with the product's id if another product has it."""
        sku = shortened(entry.sku, 120)
        prefixed = shortened(f"{line.id}-{entry.sku}", 120)
        if prefixed in known and known[prefixed][1] == product:
            return prefixed
        if sku in known and known[sku][1] != product:
            note = _("the SKU %(sku)s is another product's") % {"sku": sku}
            written.notes.append((line.id, note))
            sku = prefixed
        known.setdefault(sku, (uuid7(), product))
        return sku

    def _variant(
        self,
        pk: UUID,
        sku: str,
        position: int,
        line: CatalogueLine,
        entry: VariantLine,
        product: UUID,
    ) -> Variant:
        return Variant(
            id=pk,
            product_id=product,
            sku=sku,
            sku_suffix=shortened(sku, 100),
            slug=variant_slug(sku),
            brand_id=self._taxonomy.brand(entry.brand or line.brand),
            model=entry.model,
            price_modifier=entry.list_price - line.base_price,
            sale_price=entry.price if entry.price < entry.list_price else None,
            weight_kg=entry.weight_kg,
            is_featured="featured" in line.flags,
            is_new="new" in line.flags,
            is_on_offer=entry.price < entry.list_price,
            position=position,
            **{
                f"name_{code}": self._variant_name(line, entry, code)
                for code in LANGUAGES
                if line.names.get(code)
            },
        )

    def _variant_name(self, line: CatalogueLine, entry: VariantLine, code: str) -> str:
        if entry.names.get(code):
            return entry.names[code]
        values = [self._words.value(value, code) for _name, value in entry.options]
        return cut(" · ".join([line.names[code], *values]), 255)
