"""Admin pages of libraries; bad input is shown again, as on our own pages."""

from datetime import datetime
from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from post_office.admin import (
    AttachmentAdmin,
    AttachmentInline,
    EmailAdmin,
    LogAdmin,
)
from post_office.models import STATUS, Attachment, Email, EmailTemplate, Log

from core.admin.base import ReachableSelects

# A mail with these is sent by the next round of the worker.
AGAIN = {"status": STATUS.queued, "number_of_retries": 0, "scheduled_time": None}
# What the libraries call in English alone, or as no shop does.
for model, one, many in (
    (Email, _("mail"), _("mails")),
    (Log, _("answer of the mail server"), _("answers of the mail server")),
    (Attachment, _("file of a mail"), _("files of mails")),
    (Authenticator, _("second factor"), _("second factors")),
):
    model._meta.verbose_name, model._meta.verbose_name_plural = one, many
# Templates have no page: the mails of the shop are written in its own.
admin.site.unregister([EmailAddress, Attachment, Email, EmailTemplate, Log])


class Forgiving(ReachableSelects[Any]):
    """A page of a library that keeps its own look."""

    # As on the shop's own lists: Django's counts beside the filters read the table once for each.
    show_facets = admin.ShowFacets.NEVER

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """An empty name of a column is none; Django would look for it."""
        page: Any = super()
        return page.get_object(request, object_id, from_field or None)

    def get_actions(self, request: HttpRequest) -> Any:
        """With the shop's word for deleting, which fits any gender."""
        page: Any = super()
        found = page.get_actions(request)
        if chosen := found.get("delete_selected"):
            found["delete_selected"] = (*chosen[:2], _("Delete the chosen rows"))
        return found


@admin.register(EmailAddress)
class AddressPage(Forgiving, EmailAddressAdmin):
    raw_id_fields = ()
    autocomplete_fields = ("user",)


class FilesOfMail(ReachableSelects[Any], AttachmentInline):
    pass


@admin.register(Email)
class MailPage(Forgiving, EmailAdmin):
    inlines = [
        FilesOfMail if inline is AttachmentInline else inline for inline in EmailAdmin.inlines
    ]
    list_display = ("shortened_subject", "recipients", "status", "changed")
    list_filter = ("status",)
    ordering = ("-last_updated",)
    actions = ("send_again",)

    @method_decorator(require_POST)
    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The library's own sends at a GET and speaks English alone."""
        mail: Email = self._get_object_or_deny(request, pk, "change")
        Email.objects.filter(pk=mail.pk).update(**AGAIN)
        self.message_user(request, _("The mail is on its way."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:post_office_email_change", args=[mail.pk]))

    @admin.display(description=_("recipients"), ordering="to")
    def recipients(self, mail: Email) -> str:
        return ", ".join(mail.to)

    @admin.display(description=_("last changed"), ordering="last_updated")
    def changed(self, mail: Email) -> datetime:
        moment: datetime = mail.last_updated
        return moment

    @admin.action(description=_("Send the selected mails again"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Email]) -> None:
        """Give failed ones all their attempts again."""
        failed = queryset.filter(status=STATUS.failed)
        number = failed.update(**AGAIN)
        said = ngettext("%d mail is on its way again.", "%d mails are on their way again.", number)
        self.message_user(request, said % number, messages.SUCCESS)


@admin.register(Attachment)
class FilePage(Forgiving, AttachmentAdmin):
    # The library's own notes, in JSON.
    exclude = ("headers",)


@admin.register(Log)
class LogPage(Forgiving, LogAdmin):
    pass
