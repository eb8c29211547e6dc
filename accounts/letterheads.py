"""What all papers of the shop and of its sellers begin with."""

from constance import config
from django.utils.translation import gettext as _

from accounts.models import Seller
from core.brand.stationery import current_stationery
from core.documents.pdf import Document


def letter(seller: Seller, *, kind: str, number: str, paper: Document | None = None) -> Document:
    """
    The head of a document, in a file of its own or at the end of another.

    The house writes under its logo and the company's name, another seller under their own name.
    """
    name, tax_id, address = seller.name, seller.tax_id, ""
    if seller.is_house:
        name, tax_id, address = config.LEGAL_NAME, config.TAX_ID, config.LEGAL_ADDRESS
    title = f"{number} · {name}"
    if paper is None:
        paper = Document(title, current_stationery())
    else:
        paper.begin(title)
    sign = paper.logo if seller.is_house else None
    paper.letterhead(name, [tax_number(tax_id), address], kind=kind, number=number, sign=sign)
    return paper


def tax_number(number: str) -> str:
    return f"{_('RUC')} {number}" if number else ""
