from core.reports.commands import ReportCommand
from returns import reports


class Command(ReportCommand):
    report = reports.RETURNS
