"""
A shop of many products out of a small one: its goods and orders again, under other names.

PostgreSQL copies rows by itself, a hundred thousand products in a minute or two. Triggers stay out
of it: what they would write down is copied, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

from catalog.models import Product, SearchEntry
from catalog.search import indexing

BATCH = 500
# Of which products are copied: with few variants, as most goods have.
MAX_VARIANTS = 4
_HASH = "(hashtext(self.new::text) & 2147483647)"
_MADE = (
    *("roble", "nogal", "pino", "cedro", "acero", "lino", "lana", "cuero", "mimbre", "vidrio"),
    *("mármol", "cobre", "bronce", "corcho", "algodón", "yute", "bambú", "seda", "fieltro"),
)
_LOOKS = (
    *("andino", "limeño", "norteño", "costero", "clásico", "ligero", "compacto", "plegable"),
    *("rústico", "urbano", "alto", "bajo", "ancho", "suave", "firme", "claro", "oscuro", "mate"),
)
_NAMED = (
    f" || ' ' || ({{made}})[1 + {_HASH} % {len(_MADE)}]"
    f" || ' ' || ({{looks}})[1 + {_HASH} / 97 % {len(_LOOKS)}] || ' ' || self.copy"
)
# Prices differ by a factor that all rows of one copy share, from a half to two and a half.
_PRICED = "round({} * (0.5 + self.copy * 37 % 200 / 100.0))"


@dataclass(frozen=True)
class Table:
    """`parents` says of which copied rows its rows are, `says` what a copy has otherwise."""

    name: str
    parents: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)


def _named(column: str) -> str:
    made, looks = (
        "ARRAY[{}]".format(", ".join(f"'{word}'" for word in words)) for words in (_MADE, _LOOKS)
    )
    return f"left(self.{column}" + _NAMED.format(made=made, looks=looks) + ", 255)"


def _again(*columns: str) -> dict[str, str]:
    return {column: f"self.{column} || '-' || self.copy" for column in columns}


def _priced(*columns: str) -> dict[str, str]:
    return {column: _PRICED.format(f"self.{column}") for column in columns}


_BRAND = (
    f"(ARRAY(SELECT id FROM catalog_brand ORDER BY id))"
    f"[1 + {_HASH} % (SELECT count(*)::int FROM catalog_brand)]"
)
_EARLIER = "self.{} - self.copy * interval '7 minutes'"
# Enough of what there is that a run does not sell it out.
_STOCKED = "CASE WHEN self.on_hand > 0 THEN self.on_hand + 1000 ELSE 0 END"
GOODS = (
    Table(
        "catalog_product",
        says={
            **{name: _named(name) for name in ("name", "name_es", "name_en")},
            **_again("slug", "sku"),
            **_priced("base_price", "price_from", "list_price_from"),
            "external_id": "NULL",
            "units_sold": f"{_HASH} % 500",
            "created_at": _EARLIER.format("created_at"),
        },
    ),
    Table(
        "catalog_variant",
        {"product_id": "catalog_product"},
        {
            **{name: _named(name) for name in ("name", "name_es", "name_en")},
            **_again("slug", "sku"),
            **_priced("price_modifier", "sale_price", "list_price", "price"),
            "gtin": "''",
            "brand_id": _BRAND,
            "units_sold": f"{_HASH} % 200",
        },
    ),
    Table("catalog_variantoption", {"variant_id": "catalog_variant"}),
    Table(
        "catalog_productimage", {"product_id": "catalog_product", "variant_id": "catalog_variant"}
    ),
    Table(
        "catalog_pricehistory", {"variant_id": "catalog_variant"}, _priced("price", "list_price")
    ),
    Table(
        "inventory_stocklevel",
        {"variant_id": "catalog_variant"},
        {"reserved": "0", "on_hand": _STOCKED},
    ),
)
ORDERS = (
    Table(
        "orders_order",
        says={
            "number": "'PED-20250101-' || lpad(self.place::text, 7, '0')",
            "placed_at": _EARLIER.format("placed_at"),
            "created_at": _EARLIER.format("created_at"),
        },
    ),
    Table("orders_orderline", {"order_id": "orders_order"}),
    Table("orders_orderaddress", {"order_id": "orders_order"}),
)


def grow(products: int) -> None:
    """Until there are so many products, and as many orders; search knows them all."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica")
        _copy(GOODS, products)
        _copy(ORDERS, products)
        cursor.execute("SET session_replication_role = origin")
        _index()
        cursor.execute("VACUUM ANALYZE")  # as the database itself does a minute later
        cursor.execute("SET synchronous_commit = on")


def _copy(tables: Iterable[Table], wanted: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE twin (old uuid, copy int, new uuid, place bigserial,"
            " PRIMARY KEY (old, copy))"
        )
        for table in tables:
            cursor.execute(_pair(table) if table.parents else _pair_first(table.name), [wanted])
            cursor.execute("ANALYZE twin")
            cursor.execute(_insert(table))
        cursor.execute("DROP TABLE twin")


def _pair_first(name: str) -> str:
    """A new key for each row and copy, as often as it takes."""
    few = ""
    if name == "catalog_product":
        few = (
            " WHERE kind = 'physical' AND is_active AND (SELECT count(*) FROM catalog_variant v"
            f" WHERE v.product_id = t.id) BETWEEN 1 AND {MAX_VARIANTS}"
        )
    return f"""
        INSERT INTO twin (old, copy, new)
        WITH base AS (SELECT id FROM {name} t{few}),
            short AS (SELECT greatest(0, %s - (SELECT count(*) FROM {name})) AS number),
            times AS (SELECT 1 + (SELECT number FROM short) / count(*) AS number FROM base)
        SELECT base.id, copy, uuidv7()
        FROM base, times CROSS JOIN LATERAL generate_series(1, times.number) copy
        ORDER BY copy, base.id LIMIT (SELECT number FROM short)
    """


def _pair(table: Table) -> str:
    parent = next(iter(table.parents))
    return f"""
        INSERT INTO twin (old, copy, new)
        SELECT t.id, twin.copy, uuidv7() FROM {table.name} t
        JOIN twin ON twin.old = t.{parent} WHERE %s > 0 ORDER BY twin.place
    """


def _insert(table: Table) -> str:
    """Each column as the old row has it, unless it is a key, or the table says otherwise."""
    joins = "".join(
        f" LEFT JOIN twin up_{column} ON up_{column}.old = t.{column}"
        f" AND up_{column}.copy = twin.copy"
        for column in table.parents
    )
    keys = {"id": "self.new", **{column: f"up_{column}.new" for column in table.parents}}
    columns = _columns(table.name)
    values = [{**table.says, **keys}.get(column, f"self.{column}") for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    return f"""
        INSERT INTO {table.name} ({names})
        SELECT {", ".join(values)} FROM twin JOIN {table.name} t ON t.id = twin.old{joins}
        CROSS JOIN LATERAL (SELECT t.*, twin.copy, twin.new, twin.place) self
        ORDER BY twin.place
    """


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _index() -> None:
    """What search reads of the new ones, and how frequent each word is now."""
    unknown = Product.objects.exclude(pk__in=SearchEntry.objects.values("product"))
    keys = list(unknown.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        indexing.refresh_whole(keys[start : start + BATCH])
    indexing.count_words()
