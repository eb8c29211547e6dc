"""Roles are Django groups. Their rights are written as {"orders": "r", "payments.refund": "ra"}."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.exceptions import BeyondOwnRights, OwnRightsLost
from accounts.models import ChangedRole, User
from accounts.permissions import ACTIONS, ROLE_PERMISSIONS, Role

Rights = Mapping[str, str]
MANAGES_PEOPLE = "accounts.change_user"


def sync() -> None:
    """
    Bring the shipped roles to what `permissions.py` says. Running it twice changes nothing.

    The shop's own roles, and shipped ones that it has given other rights, stay as they are.
    """
    for app in apps.get_app_configs():
        create_permissions(app, verbosity=0)
    changed = set(ChangedRole.objects.values_list("group__name", flat=True))
    known = _permissions()
    for role, rights in ROLE_PERMISSIONS.items():
        group, _is_new = Group.objects.get_or_create(name=role.value)
        if role not in changed:
            group.permissions.set(_granted(rights, known))


def label(name: str) -> StrOrPromise:
    """What people read for a role: shipped ones have a name in each language."""
    return Role(name).label if name in Role.values else name


def shipped(group: Group) -> Role | None:
    """The role of `permissions.py` that this group is, if it is one."""
    return next((role for role in Role if role == group.name), None)


def rights_of(group: Group) -> dict[str, str]:
    """
    What the role may, by app; a model unlike most of its app has its own line. 2 queries.
    """
    held = set(group.permissions.values_list("pk", flat=True))
    modes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for permission in _permissions():
        kind = permission.content_type
        actions = modes[kind.app_label][kind.model]
        if permission.pk in held:
            actions.add(_action(permission))
    rights: dict[str, str] = {}
    for app, models in sorted(modes.items()):
        rights |= written(app, {model: _mode(found) for model, found in models.items()})
    return rights


def tables() -> dict[str, list[str]]:
    """The models that rights are about, by app, in the order of their names. 1 query."""
    found: dict[str, set[str]] = defaultdict(set)
    for permission in _permissions():
        found[permission.content_type.app_label].add(permission.content_type.model)
    return {app: sorted(models) for app, models in sorted(found.items())}


@transaction.atomic
def give(group: Group, rights: Rights, *, by: User) -> None:
    """
    Replace the role's rights; they apply to its members immediately.

    :raises BeyondOwnRights: if the role has, or would have, a right that `by` lacks
    """
    wanted = check_reach(group, rights, by=by)
    group.permissions.set(wanted)
    role = shipped(group)
    if role and set(_granted(ROLE_PERMISSIONS[role], _permissions())) != set(wanted):
        ChangedRole.objects.get_or_create(group=group)
    else:
        ChangedRole.objects.filter(group=group).delete()


def check_reach(group: Group, rights: Rights, *, by: User) -> list[Permission]:
    """
    The permissions that make up these rights.

    :raises BeyondOwnRights: if the role has, or would have, a right that `by` lacks
    """
    wanted = _granted(rights, _permissions())
    held = group.permissions.select_related("content_type") if group.pk else ()
    if beyond := lacking(by, {*wanted, *held}):
        areas = sorted({right.split(".")[0] for right in beyond})
        raise BeyondOwnRights(
            _("You cannot give rights that you do not have yourself, over: %s.") % ", ".join(areas)
        )
    return wanted


def check_keeps_own(by: User, kept: Iterable[Permission]) -> None:
    """
    Refuse that somebody takes away, by accident, what only a colleague could give back.

    `kept` are the permissions that the person's roles would give.

    :raises OwnRightsLost: if the right to manage people would be gone
    """
    if by.is_superuser or not by.has_perm(MANAGES_PEOPLE):
        return
    if MANAGES_PEOPLE not in {f"{each.content_type.app_label}.{each.codename}" for each in kept}:
        raise OwnRightsLost(
            _("You would lose your own right to manage people. Ask a colleague to do that.")
        )


def check_super_administrator_stays(leaving: User) -> None:
    """
    Refuse that the shop's last super administrator goes. Call it in the transaction that takes
    the flag or the account away: two who take it from each other wait for one another.

    :raises OwnRightsLost: if nobody else could do everything
    """
    chiefs = User.objects.filter(is_superuser=True, is_staff=True, is_active=True)
    staying = [each.pk for each in chiefs.order_by("pk").select_for_update()]
    if staying == [leaving.pk]:
        raise OwnRightsLost(_("This is the last super administrator: make another one first."))


def permissions_of(groups: Iterable[Group]) -> list[Permission]:
    """What these roles give, in one query."""
    given = Permission.objects.filter(group__in=[group.pk for group in groups])
    return list(given.select_related("content_type").distinct())


def restore(group: Group, *, by: User) -> None:
    """
    Bring a shipped role back to the rights it came with.

    :raises BeyondOwnRights: if the role has, or would have, a right that `by` lacks
    """
    give(group, ROLE_PERMISSIONS[Role(group.name)], by=by)


def lacking(user: User, permissions: Iterable[Permission]) -> list[str]:
    """The rights among these that the person has not, as `orders.view_order`."""
    own = user.get_all_permissions()
    wanted = {f"{each.content_type.app_label}.{each.codename}" for each in permissions}
    return sorted(wanted - own)


def within(user: User) -> QuerySet[Group]:
    """The roles that give nothing which the person lacks himself. 2 queries."""
    held = {each.pk for each in _permissions() if not lacking(user, [each])}
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=held))


def _permissions() -> list[Permission]:
    """Those over tables that there are: a table that is gone leaves its permissions behind."""
    found = Permission.objects.select_related("content_type")
    return [each for each in found if each.content_type.model_class()]


def _granted(rights: Rights, permissions: Iterable[Permission]) -> list[Permission]:
    found = []
    for permission in permissions:
        kind = permission.content_type
        mode = rights.get(f"{kind.app_label}.{kind.model}", rights.get(kind.app_label, ""))
        if _action(permission) in ACTIONS[mode]:
            found.append(permission)
    return found


def _action(permission: Permission) -> str:
    return permission.codename.split("_")[0]


def written(app: str, modes: Mapping[str, str]) -> dict[str, str]:
    """An app's modes by model in as few lines as there can be; of two as frequent, the narrower."""
    times = Counter(modes.values())
    usual = max(times, key=lambda mode: (times[mode], -len(ACTIONS[mode])))
    own = {f"{app}.{model}": mode for model, mode in sorted(modes.items()) if mode != usual}
    return ({app: usual} if usual else {}) | own


def _mode(actions: set[str]) -> str:
    """The widest mode that the actions fill."""
    filled = (mode for mode, needed in ACTIONS.items() if set(needed) <= actions)
    return max(filled, key=lambda mode: len(ACTIONS[mode]))
