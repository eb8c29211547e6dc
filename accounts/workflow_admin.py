"""Admin pages of documents that go from step to step, each step a button."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.exceptions import FormRefused
from accounts.seller_admin import SellerOwnedAdmin
from core.admin.pages import own_page
from core.exceptions import DomainError

ModelT = TypeVar("ModelT", bound=Model)
FormT = TypeVar("FormT", bound=BaseForm)
# Takes the step and says what it has done.
Step = Callable[[HttpRequest, Any], str]


def filled(form: FormT) -> FormT:
    """
    The form that a step was sent with.

    :raises FormRefused: with the first thing that is wrong in it
    """
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise FormRefused(f"{label}: {errors[0]}" if label else str(errors[0]))
    return form


class StepsAdmin(SellerOwnedAdmin[ModelT]):
    """
    Documents whose steps are buttons of their page. A seller's people look at their own.

    Services take the steps, and say why where they do not; the page's context has then what was
    `typed`, for the forms of `render_change_form`.
    """

    steps: ClassVar[Mapping[str, Step]] = {}

    def may_take_steps(self, request: HttpRequest) -> bool:
        """Whether the person has the right over the whole table."""
        right = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{right}")

    @own_page("<path:object_id>/step/<slug:step>/", "{model}_step", only_post=True)
    def take_step(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Take the step that a button of the page asks for, and say how it went."""
        if not self.may_take_steps(request):
            raise PermissionDenied
        document = self.document(request, object_id)
        if step not in self.steps:
            raise Http404
        try:
            self.message_user(request, self.steps[step](request, document), messages.SUCCESS)
        except DomainError as refusal:
            self.message_user(request, self.why(request, refusal), messages.ERROR)
            if self._is_still_there(document):
                return self._page_again(request, document, step)
        return HttpResponseRedirect(self._page_after(document))

    def why(self, request: HttpRequest, refusal: DomainError) -> str:
        """What the page says where a step is refused."""
        return str(refusal)

    def document(self, request: HttpRequest, object_id: str) -> Any:
        """The document of an address, if the person may see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def _page_again(self, request: HttpRequest, document: Any, step: str) -> HttpResponse:
        """Its page with `typed`: by the step that was refused, what its form was sent with."""
        typed = {step: request.POST}
        request.method = "GET"
        page = self.change_view(request, str(document.pk), extra_context={"typed": typed})
        page.status_code = HTTPStatus.CONFLICT
        return page

    def _page_after(self, document: Any) -> str:
        """Its own page, or the list if the step has put another into its place."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if not self._is_still_there(document):
            return reverse(f"{name}_changelist")
        return reverse(f"{name}_change", args=[document.pk])

    def _is_still_there(self, document: Any) -> bool:
        return bool(type(document).objects.filter(pk=document.pk).exists())
