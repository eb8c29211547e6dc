from core.reports.commands import ReportCommand
from inventory import reports


class Command(ReportCommand):
    report = reports.OUT_OF_STOCK
