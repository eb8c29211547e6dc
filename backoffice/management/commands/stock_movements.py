from backoffice.stock_ledgers import MOVEMENTS
from core.commands import ReportCommand


class Command(ReportCommand):
    report = MOVEMENTS
