"""Questions about a product: all that were answered, and the form for another."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from catalog.models import Product
from core.caching.page import public, tag
from core.exceptions import DomainError
from core.web.csrf_by_origin import same_origin
from reviews import questions
from reviews.forms import QuestionForm
from storefront import review_page

MAX_SHOWN = 100


@require_safe
@public
def of_product(request: HttpRequest, slug: str) -> HttpResponse:
    return _show(request, _product(slug), QuestionForm())


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the question; its answer goes to the asker by mail."""
    if request.method != "POST":
        return redirect("storefront:product-questions", slug)
    product, form = _product(slug), QuestionForm(request.POST)
    if status := form.refusal(request, "question", most=5):
        return _show(request, product, form, status)
    if not form.is_from_a_program:
        words = {name: form.cleaned_data[name] for name in ("name", "email")}
        user = request.user if isinstance(request.user, User) else None
        try:
            questions.ask(
                product.pk,
                form.cleaned_data["text"],
                language=get_language() or "",
                user=user,
                **words,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return _show(request, product, form, HTTPStatus.CONFLICT)
    thanks = _("We have your question. Our answer goes to %(email)s.")
    messages.success(request, thanks % form.cleaned_data)
    return redirect("storefront:question-asked", slug)


@never_cache
@require_safe
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "storefront/question_asked.html", {"product": _product(slug)})


def _product(slug: str) -> Product:
    product: Product = get_object_or_404(Product.objects.published(), slug=slug)
    return product


def _show(
    request: HttpRequest, product: Product, form: QuestionForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    tag("product", [product.pk])
    context = {
        "product": product,
        "form": form,
        **review_page.questions(product, most=MAX_SHOWN),
    }
    return render(request, "storefront/questions.html", context, status=status)
