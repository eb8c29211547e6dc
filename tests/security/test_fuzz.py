"""Whatever is sent to any form, address or webhook: an answer in time, and no fault of ours."""

import os
import secrets
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.checkout.factories import fill_cart, open_shop
from tests.inventory.factories import stocked
from tests.payments.factories import close_log
from tests.security.fuzzing import Report, Target, shoot, targets
from tests.security.table import FORM, LEAVE, TABLE
from tests.security.test_access import address, office_paths
from tests.security.world import NOBODY, OWNER, SUPERUSER, World, made

SHORT, SHORT_OFFICE, LONG, LONG_OFFICE = 150, 50, 20_000, 2_000
# To look for the forms of the whole back office takes a minute.
FEW = 8
# Fixed in `make test`, which has to say the same each time; another one in each long run.
SEED = int(os.environ.get("FUZZ_SEED") or 20_261_122)
PROVIDERS = ("stripe", "paypal", "mercadopago", "conekta", "simulator", "nobody")
# They end the session or the account that all other requests need.
NOT_SENT = ("account_logout", "privacy:forget", "storefront:account-session-end")
ENDS = ("logout/", "forget/", "sessions/others/end/")


@pytest.fixture
def world(settings: Any) -> World:
    settings.DEMO = True
    open_shop()
    found = made()
    # A real one: else no code could be looked at.
    Authenticator.objects.update(data={"secret": generate_totp_secret()})
    cache.clear()
    for role in (NOBODY, OWNER):
        fill_cart(found.browsers[role], stocked(9).sku)
        found.browsers[role].raise_request_exception = True
    found.browsers[SUPERUSER].raise_request_exception = True
    return found


def shop_targets(world: World) -> list[Target]:
    """The pages and forms of the shop as a visitor and as a customer, and the webhooks."""
    paths = [
        address(world, name, line)
        for name, line in TABLE.items()
        if name not in NOT_SENT and name != "payment-webhook"
    ]
    found = [
        *targets(NOBODY, world.browsers[NOBODY], paths),
        *targets(OWNER, world.browsers[OWNER], paths),
    ]
    hooks = [Target(NOBODY, f"/webhooks/{name}/", "post", is_hook=True) for name in PROVIDERS]
    return [each for each in found if not each.path.endswith(ENDS)] + hooks * 3


def office_targets(world: World, each: int = 1) -> list[Target]:
    """The lists and forms of the back office, as who may do everything there."""
    paths = [
        f"/admin/{path}"
        for _model, name, path in office_paths(world)
        if "(" not in path and "<" not in path and name != "logout"
    ]
    found = targets(SUPERUSER, world.browsers[SUPERUSER], paths[::each])
    return [each for each in found if not each.path.endswith(ENDS)]


def fuzzed(world: World, found: list[Target], times: int, start: int) -> Report:
    report = Report()

    @seed(start)
    @hypothesis_settings(
        max_examples=times,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def each(data: Any) -> None:
        target = data.draw(st.sampled_from(found))
        shoot(world.browsers[target.role], target, data.draw, report)

    each()
    for role, page in ((OWNER, "/account/orders/"), (SUPERUSER, "/admin/")):
        answer = world.browsers[role].get(page)
        assert answer.status_code == HTTPStatus.OK, f"{role} was signed out on the way"
    return report


@pytest.fixture(autouse=True)
def _no_client_left_behind(settings: Any) -> Iterator[None]:
    """The first page of the back office asks MongoDB."""
    yield
    close_log(settings.MONGODB_URL)


@pytest.mark.django_db
@pytest.mark.parametrize("is_office", [False, True], ids=["shop", "office"])
def test_nothing_that_is_sent_is_our_fault(world: World, is_office: bool) -> None:
    found = office_targets(world, FEW) if is_office else shop_targets(world)

    report = fuzzed(world, found, SHORT_OFFICE if is_office else SHORT, SEED)

    assert report.faults == {}, "\n".join(map(str, report.faults.items()))


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("those", "times"),
    [(shop_targets, LONG), (office_targets, LONG_OFFICE)],
    ids=["shop", "office"],
)
def test_nor_is_it_when_it_goes_on_for_long(
    world: World,
    those: Callable[[World], list[Target]],
    times: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    start = SEED if "FUZZ_SEED" in os.environ else secrets.randbelow(10**9)
    found = those(world)

    report = fuzzed(world, found, times, start)

    with capsys.disabled():
        print(f"\nFUZZ_SEED={start}: {len(found)} targets, {report}")  # noqa: T201
    assert report.faults == {}, "\n".join(map(str, report.faults.items()))


@pytest.mark.django_db
def test_every_form_says_what_is_wrong(world: World) -> None:
    """What is sent empty, or as nonsense, is refused or shown again with its errors."""
    wrong = []
    for name, line in TABLE.items():
        if line.reach not in (FORM, LEAVE) or name in NOT_SENT:
            continue
        path = address(world, name, line, token="nonsense").partition("?")[0]
        for fields in ({}, {"email": "x", "login": "x", "name": "\0", "v": "x", "variant": "x"}):
            answer = world.browsers[NOBODY].post(path, fields, REMOTE_ADDR="10.0.0.9")
            is_told = any(
                mark in answer.getvalue() for mark in (b"aria-invalid", b"error", b'role="alert"')
            )
            if not (400 <= answer.status_code < 500 or answer.status_code == 302 or is_told):
                wrong.append((name, answer.status_code))

    assert wrong == []
