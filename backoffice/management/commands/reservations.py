from backoffice.reports.stock_ledgers import RESERVATIONS
from core.reports.commands import ReportCommand


class Command(ReportCommand):
    report = RESERVATIONS
