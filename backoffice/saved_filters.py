"""List filters that staff saved under a name."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import SellerMember
from accounts.permissions import Role
from accounts.selectors import is_seller
from accounts.seller_admin import person
from backoffice.models import SavedList
from catalog.search.log import is_personal
from core.caching.values import cached

COLLEAGUES = "*"
ROLES_KEPT_SECONDS = 60


class SavedListForm(forms.ModelForm[SavedList]):
    # Nobody, all colleagues, or those with a role, by its name.
    shared_with = forms.CharField(max_length=150, required=False)

    class Meta:
        model = SavedList
        fields = ("rows", "name", "query")

    def clean_shared_with(self) -> str:
        """:raises ValidationError: where there is no such role"""
        wanted: str = self.cleaned_data["shared_with"]
        if wanted not in {"", COLLEAGUES, *role_names()}:
            raise forms.ValidationError(_("There is no such role."))
        return wanted

    def clean_rows(self) -> str:
        """:raises ValidationError: where there is no such list"""
        rows: str = self.cleaned_data["rows"]
        if _model(rows) is None:
            raise forms.ValidationError(_("There is no such list."))
        return rows

    def clean_query(self) -> str:
        """:raises ValidationError: for a search by what may be a person's: erasures find it not"""
        query: str = self.cleaned_data["query"]
        if is_personal(QueryDict(query).get(SEARCH_VAR, "")):
            raise forms.ValidationError(_("A search that may name a person is not saved."))
        return query


def role_names() -> list[str]:
    """The roles of the shop. One query a minute."""
    names = Group.objects.exclude(name=Role.SELLER).order_by("name").values_list("name", flat=True)
    return cached("role-names", lambda: list(names), ROLES_KEPT_SECONDS)


def saved_for(request: HttpRequest, rows: str) -> QuerySet[SavedList]:
    """
    The person's own filters of a list, and those shared by their seller's or shop's staff, with
    everybody or with a role of the person.
    """
    user = person(request)
    members = SellerMember.objects.values("user")
    if is_seller(user):
        colleagues = Q(user__in=members.filter(seller__members__user=user))
    else:
        colleagues = ~Q(user__in=members)
    for_them = Q(role="") | Q(role__in=user.groups.values("name"))
    shared = Q(colleagues, for_them, is_shared=True)
    found = SavedList.objects.filter(Q(user=user) | shared, rows=rows)
    return found.order_by("name", "pk")


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
    shared_with = given["shared_with"]
    SavedList.objects.update_or_create(
        user=person(request),
        rows=given["rows"],
        name=given["name"],
        defaults={
            "query": given["query"],
            "is_shared": bool(shared_with),
            "role": shared_with.removeprefix(COLLEAGUES),
        },
    )
    return _back(given["rows"], given["query"])


@require_POST
def forget(request: HttpRequest, saved_id: Any) -> HttpResponse:
    saved = get_object_or_404(SavedList, pk=saved_id, user=person(request))
    saved.delete()
    return _back(saved.rows, "")


def _model(rows: str) -> type[Model] | None:
    try:
        model = apps.get_model(rows)
    except (LookupError, ValueError):
        return None
    is_listed = model._meta.label_lower == rows and site.is_registered(model)
    return model if is_listed else None


def _may_see(request: HttpRequest, rows: str) -> bool:
    model = _model(rows)
    return model is not None and site.get_model_admin(model).has_view_permission(request)


def _back(rows: str, query: str) -> HttpResponse:
    page = reverse(f"admin:{rows.replace('.', '_')}_changelist")
    return HttpResponseRedirect(f"{page}?{query}")
