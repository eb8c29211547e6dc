from core.reports.commands import ReportCommand
from promotions import reports


class Command(ReportCommand):
    report = reports.COUPONS
