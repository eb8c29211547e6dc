"""The page of an order that staff take: what it says by now, and what each button does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from checkout.draft_forms import DraftForm, LinesForm, key_of, written
from checkout.drafting import DraftPage, page_of, units_of
from checkout.goods import Good, find_goods, with_code
from checkout.known_customers import Known, find_customers, values_of
from checkout.models import MAX_UNITS, Draft
from payments.models import PaymentMethod
from shipping.selectors import usual

LINK = "link"


@dataclass(kw_only=True)
class Found:
    """What a button has found: goods or customers to choose from, and a word about it."""

    goods: Sequence[Good] = ()
    customers: Sequence[Known] = ()
    told: str = ""


@dataclass(kw_only=True)
class Desk:
    """A draft with what its form says, its figures of this moment, and what was looked for."""

    draft: Draft
    form: DraftForm
    lines: LinesForm
    sheet: DraftPage
    found: Found
    # What was typed in the fields that something else decides for now.
    kept: Mapping[str, str]
    refusal: str = ""

    @property
    def is_valid(self) -> bool:
        return self.form.is_valid() and self.lines.is_valid()

    @property
    def cash_methods(self) -> list[PaymentMethod]:
        """How the courier or the shop collects, where that can be had."""
        figures = self.sheet.figures
        return [m for m in figures.methods if m.collects_on_delivery] if figures.offer else []

    @property
    def payment(self) -> str:
        """The way that was chosen, as long as it can be had."""
        typed = str(self.form.data.get("payment", ""))
        return typed if typed in {method.code for method in self.cash_methods} else LINK

    def refuse(self) -> None:
        """Say at the fields what lacks before this can be an order."""
        for field, sentence in self.sheet.lacks:
            if field in self.form.fields:
                self.form.add_error(field, sentence)
        self.refusal = self.sheet.missing[0]


def opened(
    draft: Draft, customer: UUID | None = None, *, fixed: Mapping[str, str] | None = None
) -> Desk:
    """The page of a draft, or of a new one for this customer. `fixed` as for `pressed`."""
    data = QueryDict(mutable=True)
    for name, value in written(draft, units_of(draft)).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return _desk(draft, data, _fill_in(data, customer) if customer else Found(), fixed or {})


def pressed(
    draft: Draft,
    sent: QueryDict,
    *,
    finds_customers: bool,
    fixed: Mapping[str, str] | None = None,
    warehouse_id: UUID | None = None,
) -> Desk:
    """
    The page after one of its buttons; without any it shows the figures of what was typed.

    `fixed` are fields that nothing on the page decides. Goods that are found show the free units of
    the warehouse that is given, else of all.
    """
    data, found = sent.copy(), Found()
    if "_look" in data:
        found = _look(data, warehouse_id, finds_customers=finds_customers)
    if added := key_of(data.get("_add", "")):
        _change_units(data, added, 1)
    elif more := key_of(data.get("_more", "")):
        _change_units(data, more, 1)
    elif less := key_of(data.get("_less", "")):
        _change_units(data, less, -1)
    elif dropped := key_of(data.get("_drop", "")):
        _change_units(data, dropped, -MAX_UNITS)
    elif (customer := key_of(data.get("_customer", ""))) and finds_customers:
        found = _fill_in(data, customer)
    if "_add" in data:
        data["goods"] = ""
    return _desk(draft, data, found, fixed or {})


def _desk(draft: Draft, data: QueryDict, found: Found, fixed: Mapping[str, str]) -> Desk:
    """With the usual delivery where none is chosen: an address alone is enough to have a total."""
    kept = {name: str(data.get(name, "")) for name in fixed}
    for name, value in fixed.items():
        data[name] = value
    form, lines = DraftForm(data, instance=draft), LinesForm(data)
    form.is_valid()
    lines.is_valid()
    sheet = page_of(draft, lines.units)
    first = None if fixed else usual(sheet.figures.offers)
    if first and not data.get("shipping_method_code"):
        data["shipping_method_code"] = draft.shipping_method_code = first.code
        form.cleaned_data["shipping_method_code"] = first.code
        sheet = page_of(draft, lines.units)
    return Desk(draft=draft, form=form, lines=lines, sheet=sheet, found=found, kept=kept)


def _look(data: QueryDict, warehouse_id: UUID | None, *, finds_customers: bool) -> Found:
    """Enter in one of the two search fields: what is clear is taken, else there is a choice."""
    goods, customer = data.get("goods", "").strip(), data.get("customer", "").strip()
    if goods:
        return _look_for_goods(data, goods, warehouse_id)
    if customer and finds_customers:
        customers = find_customers(customer)
        if len(customers) == 1:
            return _fill_in(data, customers[0].pk)
        told = "" if customers else _("Nobody is known by this: fill in who it is.")
        return Found(customers=customers, told=told)
    return Found()


def _look_for_goods(data: QueryDict, text: str, warehouse_id: UUID | None) -> Found:
    """A code adds its unit; words add the first of the list that was on the page for them."""
    shown = key_of(data.get("first", "")) if data.get("first_for") == text else None
    if chosen := with_code(text) or shown:
        _change_units(data, chosen, 1)
        data["goods"] = ""
        return Found()
    goods = find_goods(text, warehouse_id=warehouse_id)
    if len(goods) == 1:
        _change_units(data, goods[0].pk, 1)
        data["goods"] = ""
        return Found()
    told = "" if goods else _("There is nothing with this SKU or name.")
    return Found(goods=goods, told=told)


def _change_units(data: QueryDict, variant: UUID, by: int) -> None:
    """More or fewer units of a line; none is no line."""
    name, keys = f"units-{variant}", data.getlist("line")
    typed = data.get(name, "0")
    units = min((int(typed) if typed.isdecimal() else 0) + by, MAX_UNITS)
    data[name] = str(units)
    if units <= 0:
        data.setlist("line", [key for key in keys if key != str(variant)])
    elif str(variant) not in keys:
        data.appendlist("line", str(variant))


def _fill_in(data: QueryDict, customer: UUID) -> Found:
    """The customer's details in place of those on the page."""
    try:
        values = values_of(customer)
    except User.DoesNotExist:
        return Found(told=_("Nobody is known by this: fill in who it is."))
    for name, value in values.items():
        data[name] = value
    data["customer"] = ""
    return Found(told=_("Filled in as in the last order: check it with the customer."))
