"""Lists that staff have sifted and kept under a name."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.owned import person
from backoffice.models import SavedList


class SavedListForm(forms.ModelForm[SavedList]):
    class Meta:
        model = SavedList
        fields = ("rows", "name", "query", "is_shared")

    def clean_rows(self) -> str:
        """:raises ValidationError: where there is no such list"""
        rows: str = self.cleaned_data["rows"]
        if _model(rows) is None:
            raise forms.ValidationError(_("There is no such list."))
        return rows


def saved_for(request: HttpRequest, rows: str) -> QuerySet[SavedList]:
    """Of one list: his own, and what colleagues share."""
    mine = Q(user=person(request)) | Q(is_shared=True)
    return SavedList.objects.filter(mine, rows=rows).order_by("name", "pk")


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what a list is sifted by; the same name again is put in the old one's place."""
    form = SavedListForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, " ".join(str(each) for errors in form.errors.values() for each in errors)
        )
        return HttpResponseRedirect(reverse("admin:index"))
    given = form.cleaned_data
    if not _may_see(request, given["rows"]):
        raise PermissionDenied
    SavedList.objects.update_or_create(
        user=person(request),
        rows=given["rows"],
        name=given["name"],
        defaults={"query": given["query"], "is_shared": given["is_shared"]},
    )
    return _back(given["rows"], given["query"])


@require_POST
def forget(request: HttpRequest, saved_id: Any) -> HttpResponse:
    """Delete one of his own."""
    saved = get_object_or_404(SavedList, pk=saved_id, user=person(request))
    saved.delete()
    return _back(saved.rows, "")


def _model(rows: str) -> type[Model] | None:
    try:
        model = apps.get_model(rows)
    except (LookupError, ValueError):
        return None
    return model if site.is_registered(model) else None


def _may_see(request: HttpRequest, rows: str) -> bool:
    model = _model(rows)
    return model is not None and site.get_model_admin(model).has_view_permission(request)


def _back(rows: str, query: str) -> HttpResponse:
    page = reverse(f"admin:{rows.replace('.', '_')}_changelist")
    return HttpResponseRedirect(f"{page}?{query}")
