from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

from accounts.permissions import ACTIONS, ROLE_PERMISSIONS


def sync() -> None:
    """Bring the groups to what `permissions.py` says. Running it twice changes nothing."""
    for app in apps.get_app_configs():
        create_permissions(app, verbosity=0)
    for role, rights in ROLE_PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(
            permission
            for place, mode in rights.items()
            for permission in _permissions_of(*place.split("."))
            if permission.codename.split("_")[0] in ACTIONS[mode]
        )


def as_json(group: Group) -> dict[str, str]:
    """A role's rights as {"orders": "r", "payments": "r", "payments.refund": "ra"}. One query."""
    actions: dict[str, dict[str, set[str]]] = {}
    for permission in group.permissions.select_related("content_type"):
        kind = permission.content_type
        models = actions.setdefault(kind.app_label, {})
        models.setdefault(kind.model, set()).add(permission.codename.split("_")[0])
    rights = {}
    for app, models in sorted(actions.items()):
        rights[app] = _mode(set.intersection(*models.values()))
        more = {f"{app}.{model}": _mode(found) for model, found in sorted(models.items())}
        rights |= {place: mode for place, mode in more.items() if mode != rights[app]}
    return rights


def _permissions_of(app: str, model: str = "") -> QuerySet[Permission]:
    found = Permission.objects.filter(content_type__app_label=app)
    return found.filter(content_type__model=model) if model else found


def _mode(actions: set[str]) -> str:
    widest_first = ("rwd", "rw", "ra", "r")
    return next((mode for mode in widest_first if set(ACTIONS[mode]) <= actions), "")
