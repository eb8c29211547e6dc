from core.reports.commands import ReportCommand
from inventory import reports


class Command(ReportCommand):
    report = reports.VALUATION
