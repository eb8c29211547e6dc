"""Admin pages that ask where to move rows, or which row to merge them into."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import action
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from catalog.services.references import references
from core.admin.pages import OwnPages, own_page
from core.exceptions import DomainError

ModelT = TypeVar("ModelT", bound=Model)
MAX_ROWS = 200


class MergeAdmin(OwnPages[ModelT]):
    """A list whose rows can be merged."""

    change_form_template = "admin/catalog/mergeable.html"
    merge_form: Callable[..., forms.Form]
    merge_help: StrOrPromise

    def merge_rows(self, rows: Sequence[ModelT], into: ModelT) -> None:
        """:raises DomainError: if they cannot be merged"""
        raise NotImplementedError

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @action(description=_("Merge into another one…"), permissions=["merge"])
    def merge_selected(self, request: HttpRequest, queryset: QuerySet[ModelT]) -> HttpResponse:
        return self.ask("merge", queryset)

    @own_page("merge/", "{model}_merge", needs="merge")
    def merge(self, request: HttpRequest) -> HttpResponse:
        """Ask which row to merge the selected ones into, then merge them."""
        rows = self.chosen(request)
        form = self.merge_form(request.POST or None, rows=rows)
        context = {"title": _("Merge"), "help": self.merge_help, "references": references(rows)}
        said = _("They are merged into “%(place)s” now.")
        return self.answer(
            request, form, rows, lambda: self._merge(request, rows, form), said, context
        )

    def _merge(self, request: HttpRequest, rows: Sequence[ModelT], form: forms.Form) -> None:
        names = ", ".join(str(row) for row in rows)
        self.merge_rows(rows, form.cleaned_data["place"])
        said = _("Merged into it: %(names)s.") % {"names": names}
        self.log_change(request, form.cleaned_data["place"], str(said))

    def ask(self, page: str, rows: QuerySet[ModelT]) -> HttpResponse:
        """Redirect to the page that asks what to do with these rows."""
        keys = [str(key) for key in rows.order_by().values_list("pk", flat=True)[:MAX_ROWS]]
        question = urlencode({"id": keys}, doseq=True)
        return HttpResponseRedirect(f"{reverse('admin:' + self._page(page))}?{question}")

    def chosen(self, request: HttpRequest) -> list[ModelT]:
        """The rows in the query string, or 404."""
        try:
            keys = [UUID(key) for key in request.GET.getlist("id")[:MAX_ROWS]]
        except ValueError:
            raise Http404 from None
        rows = list(self.get_queryset(request).filter(pk__in=keys))
        if not rows:
            raise Http404
        return rows

    def answer(
        self,
        request: HttpRequest,
        form: forms.Form,
        rows: Sequence[ModelT],
        act: Callable[[], Any],
        said: StrOrPromise,
        context: dict[str, Any],
    ) -> HttpResponse:
        """The page with its form, or a redirect once the action was carried out."""
        if form.is_valid():
            try:
                act()
            except DomainError as refusal:
                form.add_error("place", str(refusal))
            else:
                text = said % {"place": form.cleaned_data["place"]}
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:" + self._page("changelist")))
        context = {
            **context,
            "rows": self.described(rows),
            "form": form,
        }
        status = 422 if form.errors else 200
        return self.own_response(request, "admin/catalog/regroup.html", context, status=status)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """
        Refuse rows that are still in use, with a hint what to do, instead of listing all of it.
        """
        rows = list(objs)
        reasons = self.deletion_refusals(rows) if rows else []
        return ([], {}, set(), reasons) if reasons else super().get_deleted_objects(rows, request)

    def deletion_refusals(self, rows: Sequence[ModelT]) -> list[StrOrPromise]:
        """Why the rows cannot be deleted."""
        question = urlencode({"id": [row.pk for row in rows]}, doseq=True)
        merge = f"{reverse('admin:' + self._page('merge'))}?{question}"
        text = _("{count} {label}. <a href='{merge}'>Merge it into another one</a>, or move these.")
        return [
            format_html(str(text), count=each.count, label=each.label, merge=merge)
            for each in references(rows)
            if each.keeps_it and each.count
        ]

    def described(self, rows: Sequence[ModelT]) -> list[dict[str, Any]]:
        """The rows as listed on the page: name, and for categories path and products."""
        return [{"name": str(row)} for row in rows]

    def _page(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"
