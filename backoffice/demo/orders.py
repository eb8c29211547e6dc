from collections.abc import Sequence

from accounts.models import User
from backoffice.demo.source import DemoSource


def load_orders(source: DemoSource, customers: Sequence[User]) -> None:
    """Orders in every state."""
