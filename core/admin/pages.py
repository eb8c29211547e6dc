"""Pages of our own below a list of the back office: address, right and view in one place."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.exceptions import DomainError

ModelT = TypeVar("ModelT", bound=Model)
ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])


def own_page(
    route: str, name: str | None = None, *, needs: str = "", only_post: bool = False
) -> Callable[[ViewT], ViewT]:
    """
    Give a method an address below the list's.

    `needs` is a right over the whole table, as `permissions` of an action, or `app.codename`.
    In `name`, `{model}` stands for the app and the model.
    """

    def with_address(view: ViewT) -> ViewT:
        @wraps(view)
        def page(admin: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if needs and not _may(admin, request, needs):
                raise PermissionDenied
            return view(admin, request, *args, **kwargs)

        shown = method_decorator(require_POST)(page) if only_post else page
        shown.__dict__["addresses"] = [(route, name), *getattr(view, "addresses", ())]
        return cast("ViewT", shown)

    return with_address


def _may(admin: Any, request: HttpRequest, needs: str) -> bool:
    if "." in needs:
        return request.user.has_perm(needs)
    return bool(getattr(admin, f"has_{needs}_permission")(request))


class OwnPages(ModelAdmin[ModelT]):
    """Serves the methods that `own_page` marks, ahead of Django's pages."""

    def own_response(
        self, request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        """A page within the frame of the back office; a name alone is one of the model's pages."""
        if "/" not in template:
            template = f"admin/{self.opts.app_label}/{self.opts.model_name}/{template}.html"
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**frame, **context}, status=status)

    @contextmanager
    def refusals_told(self, request: HttpRequest) -> Iterator[None]:
        """What is refused inside ends the block, and the page says why."""
        try:
            yield
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    def get_urls(self) -> list[URLPattern]:
        return [*self._own_urls(), *super().get_urls()]

    def _own_urls(self) -> Iterator[URLPattern]:
        model = f"{self.opts.app_label}_{self.opts.model_name}"
        methods = [each for kind in type(self).__mro__ for each in vars(kind).values()]
        for method in methods:
            addresses = getattr(method, "addresses", ()) if isinstance(method, FunctionType) else ()
            for route, name in addresses:
                # The class may have a method of its own in place of the marked one.
                view = self.admin_site.admin_view(getattr(self, method.__name__))
                yield path(route, view, name=name and name.format(model=model))
