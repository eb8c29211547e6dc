"""Who orders, where the order goes and whom its bill names."""

from dataclasses import dataclass, replace

from accounts.documents import is_for_invoices
from accounts.places import Place
from orders.new_orders import NewAddress
from shipping.selectors import Pickup

# Of `BuyerDetails`: the form and the draft call them the same.
BUYER_FIELDS = (
    *("email", "first_name", "last_name", "place"),
    *("document_type", "document_number", "company"),
)


@dataclass(frozen=True, kw_only=True)
class Billing:
    """Another name or address on the bill."""

    name: str
    street: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class BuyerDetails:
    """What the shopper's form or a draft of staff says about the buyer."""

    email: str
    first_name: str
    last_name: str
    phone: str
    language: str
    document_type: str
    document_number: str
    company: str
    # Without a place if the order is collected and no address was typed.
    place: Place | None
    street: str
    reference: str
    pickup: Pickup | None
    billing: Billing | None = None
    note: str = ""

    @property
    def home(self) -> NewAddress | None:
        """The address that was typed, if it is complete."""
        if self.place is None or not self.street:
            return None
        return self._address(self.place, self.street, self.reference)

    @property
    def destination(self) -> Place | None:
        """Where the units go."""
        return Place.of(self.pickup) if self.pickup else self.place

    def addresses(self) -> tuple[NewAddress, ...]:
        """
        The order's delivery and billing address.

        A collected order is delivered to the pickup point, and billed to the address that was
        typed, if any.
        """
        if self.pickup:
            place = Place.of(self.pickup)
            delivery = self._address(place, self.pickup.street, self.pickup.name)
            return delivery, self._bill(self.home or delivery)
        if self.home is None:
            raise ValueError("An order that is delivered needs an address.")
        return self.home, self._bill(self.home)

    def _bill(self, usual: NewAddress) -> NewAddress:
        bill = usual
        if other := self.billing:
            bill = NewAddress(
                recipient=other.name, phone=usual.phone, street=other.street, **vars(other.place)
            )
        if is_for_invoices(self.document_type) and self.company:
            bill = replace(bill, recipient=self.company)
        return replace(bill, kind="billing")

    def _address(self, place: Place, street: str, reference: str) -> NewAddress:
        return NewAddress(
            recipient=f"{self.first_name} {self.last_name}".strip(),
            phone=self.phone,
            street=street,
            reference=reference,
            **vars(place),
        )
