"""Pages that libraries bring: what is sent to them wrong is shown again, as on ours."""

from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.http import HttpRequest
from post_office.admin import (
    AttachmentAdmin,
    AttachmentInline,
    EmailAdmin,
    EmailTemplateAdmin,
    LogAdmin,
)
from post_office.models import Attachment, Email, EmailTemplate, Log

from core.admin import ReachableSelects

admin.site.unregister([EmailAddress, Attachment, Email, EmailTemplate, Log])


class Forgiving(ReachableSelects[Any]):
    """A page of a library that keeps its own look."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """An empty name of a column is none; Django would look for it."""
        page: Any = super()
        return page.get_object(request, object_id, from_field or None)


@admin.register(EmailAddress)
class AddressPage(Forgiving, EmailAddressAdmin):  # type: ignore[misc]  # allauth has no types
    raw_id_fields = ()
    autocomplete_fields = ("user",)


class FilesOfMail(ReachableSelects[Any], AttachmentInline):  # type: ignore[misc]  # nor has this
    pass


@admin.register(Email)
class MailPage(Forgiving, EmailAdmin):  # type: ignore[misc]
    inlines = [
        FilesOfMail if inline is AttachmentInline else inline for inline in EmailAdmin.inlines
    ]


@admin.register(Attachment)
class FilePage(Forgiving, AttachmentAdmin):  # type: ignore[misc]
    pass


@admin.register(EmailTemplate)
class TemplatePage(Forgiving, EmailTemplateAdmin):  # type: ignore[misc]
    pass


@admin.register(Log)
class LogPage(Forgiving, LogAdmin):  # type: ignore[misc]
    pass
