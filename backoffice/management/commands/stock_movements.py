from backoffice.reports.stock_ledgers import MOVEMENTS
from core.reports.commands import ReportCommand


class Command(ReportCommand):
    report = MOVEMENTS
