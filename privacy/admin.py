"""Requests about personal data: the form for staff, and the list of what was done."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.seller_admin import person as staff_of
from core.admin.base import ReadOnlyAdmin
from core.web.http import download
from privacy import selectors, services
from privacy.exceptions import ErasureRefused
from privacy.forms import RequestForm
from privacy.models import PrivacyRequest, RequestKind
from privacy.people import Person, fingerprint, person_with


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(ReadOnlyAdmin[PrivacyRequest]):
    """Copies of people's data that were given out, and people who were forgotten."""

    list_display = ("created_at", "kind", "user", "made_by", "reason")
    list_filter = ("kind",)
    list_select_related = ("user", "made_by")
    fields = ("created_at", "kind", "user", "made_by", "reason", "rows")
    ordering = ("-pk",)
    search_fields = ("fingerprint",)
    search_help_text = gettext_lazy("The person's whole e-mail address")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("privacy.add_privacyrequest")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PrivacyRequest], search_term: str
    ) -> tuple[QuerySet[PrivacyRequest], bool]:
        """Erased people are found by their exact address."""
        if search_term:
            queryset = queryset.filter(fingerprint=fingerprint(search_term))
        return queryset, False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Choose, preview the effect, then carry it out."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RequestForm(request.POST or None, initial=request.GET.dict())
        if request.method != "POST":
            return self._page(request, form)
        if not form.is_valid():
            return self._page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        person = person_with(form.cleaned_data["email"])
        if form.cleaned_data["kind"] == RequestKind.EXPORT:
            return self._give_copy(request, person, form)
        if "confirmed" not in request.POST:
            return self._page(request, form, person)
        return self._erase(request, person, form)

    def _give_copy(self, request: HttpRequest, person: Person, form: RequestForm) -> HttpResponse:
        made_by, reason = staff_of(request).pk, form.cleaned_data["reason"]
        data = services.export(person, made_by=made_by, reason=reason)
        return download(data, f"{timezone.localdate():%Y-%m-%d}.json")

    def _erase(self, request: HttpRequest, person: Person, form: RequestForm) -> HttpResponse:
        try:
            done = services.erase(
                person, made_by=staff_of(request).pk, reason=form.cleaned_data["reason"]
            )
        except ErasureRefused as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, form, person, status=HTTPStatus.CONFLICT)
        self.message_user(request, _("The person is forgotten."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:privacy_privacyrequest_change", args=[done.pk]))

    def _page(
        self,
        request: HttpRequest,
        form: RequestForm,
        person: Person | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """The form; with a person, also the preview of an erasure and what prevents it."""
        context = {
            "title": _("Request about personal data"),
            "form": form,
            "person": person,
            "counts": selectors.counts(person) if person else [],
            "obstacles": selectors.obstacles(person) if person else [],
        }
        return self.own_response(
            request, "admin/privacy/privacyrequest/add.html", context, status=status
        )
