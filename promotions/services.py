"""Count the uses of promotions, so that two checkouts never share the last one."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.ids import uuid7
from orders.amounts import Reason
from orders.buyer_fingerprint import identity_of
from orders.models import Order, OrderEvent, OrderEventKind
from orders.services import record
from orders.states import CALLED_OFF, OrderStatus
from promotions.exceptions import PromotionUsedUp
from promotions.models import Coupon, Promotion, PromotionQuerySet, PromotionTrigger, Redemption
from promotions.selectors import Customer, check_uses, is_spent, uses_by


def redeem(reasons: Iterable[Reason], *, order: Order, user: User | None, email: str) -> None:
    """
    Count the promotions among these reasons as used by the order, all of them or none.

    :raises CouponUsedUp: if another order has had the coupon's last use
    :raises CouponUsedByCustomer: if this customer has had all of theirs
    :raises PromotionUsedUp: if an automatic promotion has run out since: price again
    """
    identity = identity_of(email or (user.email if user else ""))
    _redeem(reasons, order, replace(Customer.of(order, identity), user=user))


def redeem_more(reasons: Iterable[Reason], *, order: Order) -> None:
    """
    Count the promotions of units that came to an order later: once for each promotion.

    :raises PromotionUsedUp: if a promotion has run out since: price again
    """
    live = Redemption.objects.filter(order=order, freed_at=None)
    used = set(live.values_list("promotion_id", flat=True))
    new = [reason for reason in reasons if reason.promotion_id not in used]
    _redeem(new, order, Customer.of(order, identity_of(order.email)))


@transaction.atomic
def _redeem(reasons: Iterable[Reason], order: Order, customer: Customer) -> None:
    applied = {key: reason for reason in reasons if (key := reason.promotion_id)}
    if not applied:
        return
    for promotion in _counted(applied):
        reason = applied[promotion.pk]
        if reason.coupon_id:
            coupon = Coupon.objects.select_for_update().get(pk=reason.coupon_id)
            check_uses(promotion, coupon, customer)
            Coupon.objects.filter(pk=coupon.pk).update(uses=F("uses") + 1)
        elif _is_over(promotion, customer):
            raise PromotionUsedUp(
                _("The offer “%(name)s” has just run out: please look at the new total.")
                % {"name": promotion.name}
            )
        Promotion.objects.filter(pk=promotion.pk).update(uses=F("uses") + 1)
    Redemption.objects.bulk_create(
        Redemption(
            id=uuid7(),
            promotion_id=promotion_id,
            coupon_id=reason.coupon_id,
            order=order,
            user=customer.user,
            identity=customer.identity,
            amount=reason.amount,
        )
        for promotion_id, reason in applied.items()
    )


@transaction.atomic
def free(order_id: UUID) -> None:
    """Return the uses of a cancelled or expired order. Idempotent."""
    live = Redemption.objects.filter(order=order_id, freed_at=None)
    counted = {row.pk for row in _counted(live.values_list("promotion_id", flat=True))}
    freed = list(live.order_by("pk").select_for_update())
    for redemption in freed:
        if redemption.promotion_id not in counted:
            continue
        _give_back(Promotion.objects.filter(pk=redemption.promotion_id))
        if redemption.coupon_id:
            _give_back(Coupon.objects.filter(pk=redemption.coupon_id))
    Redemption.objects.filter(pk__in=[row.pk for row in freed]).update(freed_at=timezone.now())


@transaction.atomic
def sync_redemptions(order_id: UUID) -> None:
    """
    Make the redemptions agree with the order's state, whatever the order of events.

    A closed order returns its redemptions. An order revived by late money takes them again; if
    they are used up it keeps its price, and its timeline tells staff.
    """
    order = Order.objects.locked().get(pk=order_id)
    if order.status in CALLED_OFF:
        free(order_id)
    elif order.status != OrderStatus.PENDING:
        _retake(order)


def _retake(order: Order) -> None:
    """Count the returned uses of the order's discounts again, as far as limits allow."""
    rows = Redemption.objects.filter(order=order, promotion__in=order.discounts.values("promotion"))
    live = set(rows.filter(freed_at=None).values_list("promotion_id", flat=True))
    freed = {row.promotion_id: row for row in rows.exclude(promotion__in=live).order_by("pk")}
    counted = {promotion.pk: promotion for promotion in _counted(freed)}
    for promotion_id, redemption in freed.items():
        promotion = counted.get(promotion_id)
        if promotion and not _take_again(promotion, redemption):
            _note_kept_price(order, promotion)
        else:
            Redemption.objects.filter(pk=redemption.pk).update(freed_at=None)


def _take_again(promotion: Promotion, redemption: Redemption) -> bool:
    if _is_over(promotion, Customer.of(redemption.order, redemption.identity)):
        return False
    if redemption.coupon_id:
        coupon = Coupon.objects.select_for_update().get(pk=redemption.coupon_id)
        if is_spent(coupon):
            return False
        Coupon.objects.filter(pk=coupon.pk).update(uses=F("uses") + 1)
    Promotion.objects.filter(pk=promotion.pk).update(uses=F("uses") + 1)
    return True


def _note_kept_price(order: Order, promotion: Promotion) -> None:
    """Once: the news that led here may come twice."""
    details = {"used_up": str(promotion.pk)}
    if OrderEvent.objects.filter(order=order, details__contains=details).exists():
        return
    text = _("Paid late: “%(name)s” has been used up meanwhile. The order keeps its price.")
    note = (text % {"name": promotion.name})[:255]
    record(order.pk, OrderEventKind.NOTE, note=note, details=details, is_public=False)


def _counted(promotion_ids: Iterable[UUID]) -> PromotionQuerySet:
    """
    Those whose uses are counted, locked.

    An automatic promotion without limits is not: its row would make every checkout wait for
    the one before it. Its redemptions tell how often it was used.
    """
    has_count = (
        Q(trigger=PromotionTrigger.COUPON)
        | Q(max_uses__isnull=False)
        | Q(max_uses_per_customer__isnull=False)
    )
    counted: PromotionQuerySet = Promotion.objects.filter(has_count, pk__in=list(promotion_ids))
    return counted.locked()


def _is_over(promotion: Promotion, customer: Customer) -> bool:
    """Whether the promotion is used up, for everybody or for this customer."""
    limit = promotion.max_uses_per_customer
    used = uses_by(customer, [promotion.pk]) if limit else {}
    return is_spent(promotion) or (limit is not None and used.get(promotion.pk, 0) >= limit)


def _give_back(row: QuerySet[Promotion] | QuerySet[Coupon]) -> None:
    row.update(uses=Greatest(F("uses") - 1, 0))
