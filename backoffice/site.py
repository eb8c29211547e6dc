from django.contrib.admin import AdminSite


class BackOffice(AdminSite):
    """The staff console."""


site = BackOffice()
