"""Questions about a product: anybody asks, sellers and staff answer, staff publish."""

from http import HTTPStatus

import pytest
from constance import config
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django import DjangoAssertNumQueries

from accounts.models import SellerMember
from accounts.permissions import Role
from catalog.models import Product
from core.ids import uuid7
from reviews import emails, questions
from reviews.exceptions import QuestionRefused
from reviews.models import ProductQuestion, QuestionStatus
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.reviews.factories import ProductQuestionFactory, shown_product

pytestmark = pytest.mark.django_db
TYPED = {"text": "¿Entra por la puerta?", "name": "Lucía", "email": "Lucia@Example.com"}
PAGE = "/p/sofa-lima/questions/"


@pytest.fixture
def product() -> Product:
    return shown_product(slug="sofa-lima", name="Sofá Lima")


def change_page(question: ProductQuestion) -> str:
    return reverse("admin:reviews_productquestion_change", args=[question.pk])


def test_anybody_asks_and_nothing_is_shown_before_it_is_answered(
    client: Client, product: Product
) -> None:
    answer = client.post(f"{PAGE}ask/", TYPED)

    question = ProductQuestion.objects.get()
    assert (question.text, question.email) == ("¿Entra por la puerta?", "lucia@example.com")
    assert (question.status, question.language) == (QuestionStatus.PENDING, "es")
    assert "Te respondemos a Lucia@Example.com" in client.get(answer["Location"]).text
    assert "¿Entra por la puerta?" not in client.get("/p/sofa-lima/").text
    assert "Todavía nadie ha preguntado" in client.get("/p/sofa-lima/").text


def test_a_published_answer_is_on_the_page_and_in_the_askers_mail_once(
    client: Client, product: Product
) -> None:
    staff = UserFactory.create(is_staff=True)
    question = ProductQuestionFactory.create(
        product=product, status=QuestionStatus.PENDING, answer="", language="en"
    )
    client.get("/p/sofa-lima/")

    questions.approve(question.pk)
    questions.answer(question.pk, " Yes, it does. ", actor_id=staff.pk)
    for _ in range(2):
        emails.send_answer(question.pk)

    mail = Email.objects.get()
    assert mail.to == ["ana@example.com"]
    assert "Our answer about Sofá Lima" in mail.subject
    assert "Yes, it does." in mail.message
    assert "/en/p/sofa-lima/#questions" in mail.message
    html = client.get("/p/sofa-lima/").text
    assert '<dd lang="en">Yes, it does.</dd>' in html
    assert "en inglés" in html
    assert "ana@example.com" not in html


def test_an_answer_that_is_not_published_reaches_nobody() -> None:
    question = ProductQuestionFactory.create(status=QuestionStatus.PENDING, answer="")

    questions.answer(question.pk, "Sí", actor_id=UserFactory.create().pk)
    emails.send_answer(question.pk)

    assert not Email.objects.exists()


def test_rejected_questions_get_no_answer() -> None:
    question = ProductQuestionFactory.create(answer="")

    questions.reject(question.pk)

    with pytest.raises(QuestionRefused):
        questions.answer(question.pk, "Sí", actor_id=UserFactory.create().pk)


def test_without_moderation_an_answer_alone_publishes(product: Product) -> None:
    config.REVIEW_MODERATION = False
    question = questions.ask(
        product.pk, "¿Color?", name="Ana", email="a@example.com", language="es"
    )

    questions.answer(question.pk, "Azul", actor_id=UserFactory.create().pk)

    assert ProductQuestion.objects.shown().get() == question


def test_wrong_questions_come_back_as_typed_and_robots_ask_nothing(
    client: Client, product: Product
) -> None:
    wrong = client.post(f"{PAGE}ask/", TYPED | {"email": "lucia"})
    client.post(f"{PAGE}ask/", TYPED | {"website": "x"})

    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "¿Entra por la puerta?" in wrong.text
    assert not ProductQuestion.objects.exists()


def test_nobody_asks_without_end(client: Client, product: Product) -> None:
    answers = [client.post(f"{PAGE}ask/", TYPED).status_code for _ in range(6)]

    assert answers[-2:] == [HTTPStatus.FOUND, HTTPStatus.TOO_MANY_REQUESTS]
    assert ProductQuestion.objects.count() == 5


@pytest.mark.usefixtures("demo")
def test_staff_answer_and_publish_in_one_step(client: Client) -> None:
    question = ProductQuestionFactory.create(status=QuestionStatus.PENDING, answer="")
    staff = signed_in(client, Role.SUPPORT)

    page = client.get(change_page(question))
    client.post(change_page(question), {"answer": "Sí", "decision": "approve"})

    question.refresh_from_db()
    assert page.context["adminform"].form["decision"].value() == "approve"
    assert (question.status, question.answer, question.answered_by) == ("published", "Sí", staff)


@pytest.mark.usefixtures("demo")
def test_sellers_answer_questions_about_their_own_products_and_publish_none(
    client: Client,
) -> None:
    seller, user = SellerFactory.create(), UserFactory.create(is_staff=True)
    SellerMember.objects.create(seller=seller, user=user)
    own = ProductQuestionFactory.create(
        product=shown_product(seller=seller), status=QuestionStatus.PENDING, answer=""
    )
    other = ProductQuestionFactory.create(answer="")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    listed = client.get(reverse("admin:reviews_productquestion_changelist"))
    page = client.get(change_page(own))
    client.post(change_page(own), {"answer": "Sí", "decision": "approve"})
    client.post(change_page(other), {"answer": "No"})

    own.refresh_from_db()
    other.refresh_from_db()
    assert list(listed.context["cl"].queryset) == [own]
    assert "ana@example.com" not in page.text
    assert (own.status, own.answer) == (QuestionStatus.PENDING, "Sí")
    assert other.answer == ""


@pytest.mark.parametrize("number", [10, 1000])
def test_reading_costs_the_same_however_many_there_are(
    client: Client,
    product: Product,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    ProductQuestion.objects.bulk_create(
        ProductQuestionFactory.build(id=uuid7(), product=product) for _ in range(number)
    )
    client.get(PAGE)

    with django_assert_max_num_queries(3):
        page = client.get(PAGE)
    assert page.text.count("<dt ") == min(number, 100)
    assert "Cookie" not in page.get("Vary", "")
    assert client.get("/p/sofa-lima/").text.count("<dt >") == 4
    cache.clear()


def test_questions_in_the_readers_language_come_first(client: Client, product: Product) -> None:
    for language, text in [("en", "Deep?"), ("es", "¿Hondo?")]:
        ProductQuestionFactory.create(product=product, language=language, text=text)

    english, spanish = client.get(f"/en{PAGE}").text, client.get(PAGE).text

    assert english.index("Deep?") < english.index("¿Hondo?")
    assert spanish.index("¿Hondo?") < spanish.index("Deep?")


def test_the_database_keeps_answers_and_their_time_together() -> None:
    question = ProductQuestionFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        ProductQuestion.objects.filter(pk=question.pk).update(answered_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductQuestion.objects.filter(pk=question.pk).update(status="odd")
