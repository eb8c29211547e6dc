"""What people have agreed to, and taken back: written down where they said it."""

from accounts.models import Consent, ConsentPurpose, Customer, User


def note(purpose: ConsentPurpose, *, email: str, is_given: bool, place: str) -> None:
    """
    Record a consent or refusal for a purpose, unless it repeats the last one.

    `place` names the page or link where it was given. Two queries.
    """
    said = Consent.objects.filter(email__iexact=email, purpose=purpose).order_by("-pk")
    last = said.values_list("is_given", flat=True).first()
    if last == is_given or (last is None and not is_given):
        return
    user = User.objects.filter(email__iexact=email).first()
    Consent.objects.create(user=user, email=email, purpose=purpose, is_given=is_given, place=place)


def accept_news(user: User, *, is_given: bool, place: str) -> None:
    """Whether the account gets news by mail from now on; what it said is written down."""
    Customer.objects.update_or_create(user=user, defaults={"accepts_marketing": is_given})
    note(ConsentPurpose.NEWS, email=user.email, is_given=is_given, place=place)


def leave_news(email: str, *, place: str) -> None:
    """No more news to this address, if it has an account. Twice is once."""
    if Customer.objects.filter(user__email__iexact=email).update(accepts_marketing=False):
        note(ConsentPurpose.NEWS, email=email, is_given=False, place=place)
