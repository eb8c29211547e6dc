from backoffice.stock_ledgers import RESERVATIONS
from core.commands import ReportCommand


class Command(ReportCommand):
    report = RESERVATIONS
