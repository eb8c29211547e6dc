from core.reports.commands import ReportCommand
from payments import reports


class Command(ReportCommand):
    report = reports.PENDING
