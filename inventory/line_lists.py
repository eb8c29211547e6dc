"""The lines of a transfer or a count on its page: filtered, paginated, with bins."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Abs, Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Variant
from inventory.models import StockCount, StockLevel, Transfer
from inventory.states import CountStatus

Document = Transfer | StockCount
MAX_LINES = 50
# Parameters of the page's address.
ASKED = ("q", "bin", "category", "only", "shown", "p")
_SHELF = Coalesce("variant__category", "variant__product__category")


class LinesForm(forms.Form):
    """Which lines somebody wants to see."""

    q = forms.CharField(label=_("Name or SKU"), required=False, max_length=120, strip=True)
    bin = forms.CharField(
        label=_("Bin"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"placeholder": "A-2", "autocomplete": "off"}),
    )
    category: Any = forms.ModelChoiceField(
        label=_("Category"), required=False, queryset=Category.objects.none(), empty_label=_("all")
    )
    only = forms.ChoiceField(label=_("Show"), required=False)
    # Counting is blind until somebody asks for the numbers that the shop expects.
    shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict, document: Document) -> None:
        super().__init__(asked, label_suffix="")
        shelves: Any = document.lines.order_by().annotate(shelf=_SHELF).values("shelf")
        category: Any = self.fields["category"]
        category.queryset = Category.objects.filter(pk__in=shelves).order_by("name")
        choices = [("", _("all lines")), ("left", _("not counted"))]
        if not isinstance(document, StockCount):
            del self.fields["only"]
            return
        if document.status != CountStatus.OPEN or asked.get("shown"):
            choices.append(("different", _("with a difference")))
        only: Any = self.fields["only"]
        only.choices = choices


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A page of lines. `is_blind` hides the expected units."""

    form: LinesForm
    page: Page[Any]
    query: str
    is_blind: bool
    counted: int
    total: int


def leaf(document: Document, asked: QueryDict) -> Leaf:
    """The lines for this query string. At most 5 queries, however long the document is."""
    form = LinesForm(asked, document)
    is_sound = form.is_valid()
    rows = lines_of(document)
    lines: Any = document.lines
    found = _sifted(rows, form.cleaned_data) if is_sound else rows
    is_count = isinstance(document, StockCount)
    is_open = is_count and document.status == CountStatus.OPEN
    is_blind = is_open and not form.cleaned_data.get("shown")
    if is_count and not is_blind:
        found = _differences_first(found)
    query = query_of(asked)
    query.pop("p", None)
    return Leaf(
        form=form,
        page=Paginator(found, MAX_LINES).get_page(asked.get("p")),
        query=query.urlencode(),
        is_blind=is_blind,
        counted=lines.exclude(counted=None).count() if is_count else 0,
        total=lines.count(),
    )


def lines_of(document: Document, variant_ids: Iterable[UUID] | None = None) -> QuerySet[Any]:
    """
    The lines in the order of the shelves, each with its `bin`; of these variants alone, if named.

    A transfer's lie where they come from.
    """
    place = document.warehouse_id if isinstance(document, StockCount) else document.origin_id
    levels = StockLevel.objects.filter(warehouse=place, variant=OuterRef("variant"))
    rows: QuerySet[Any] = document.lines.select_related("variant")
    if variant_ids is not None:
        rows = rows.filter(variant__in=list(variant_ids))
    rows = rows.annotate(bin=Subquery(levels.values("bin")[:1]))
    return rows.order_by(F("bin").asc(nulls_last=True), "variant__sku")


def elsewhere(count: StockCount, variant: Variant, asked: QueryDict) -> str:
    """
    Where the variant belongs, if somebody counts only bins or a category in which it is not.

    Goods that are new to the warehouse may lie anywhere. At most two queries.
    """
    form = LinesForm(asked, count)
    form.is_valid()
    names = ("bin", "category")
    chosen = {name: form.cleaned_data[name] for name in names if form.cleaned_data.get(name)}
    line = lines_of(count, [variant.pk]).first() if chosen else None
    if line is None or _sifted(lines_of(count, [variant.pk]), chosen).exists():
        return ""
    return line.bin or str(_("another category"))


def _differences_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The largest first; then what is right, and last what nobody has counted."""
    off = Abs(F("counted") - F("expected"))
    return rows.order_by(off.desc(nulls_last=True), F("bin").asc(nulls_last=True), "variant__sku")


def query_of(asked: QueryDict) -> QueryDict:
    """The parameters of the address that this page knows."""
    kept = QueryDict(mutable=True)
    for name in ASKED:
        if text := asked.get(name):
            kept[name] = text
    return kept


def by_code(variants: QuerySet[Variant], code: str) -> Variant | None:
    """The variant whose SKU or number under the bars somebody has scanned or typed."""
    text = code.strip()
    # Scanners type as on an English keyboard: a Spanish one reads their “-” as “'”.
    spellings = {text, text.upper(), text.replace("'", "-"), text.replace("'", "-").upper()}
    numbers = {text.lstrip("0").zfill(length) for length in (8, 12, 13, 14)}
    named = Q(sku__in=spellings) | (Q(gtin__in=numbers) if text.isdecimal() else Q(pk=None))
    return variants.filter(named).first() or variants.filter(sku__iexact=text).first()


def _sifted(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if text := asked.get("q"):
        rows = rows.filter(
            Q(variant__sku__icontains=text)
            | Q(variant__name__icontains=text)
            | Q(variant__gtin=text)
        )
    if place := asked.get("bin"):
        rows = rows.filter(bin__istartswith=place)
    if category := asked.get("category"):
        rows = rows.annotate(shelf=_SHELF).filter(shelf=category.pk)
    if asked.get("only") == "left":
        return rows.filter(counted=None)
    if asked.get("only") == "different":
        return rows.exclude(counted=None).exclude(counted=F("expected"))
    return rows
