from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from accounts.permissions import ACTIONS, ROLE_PERMISSIONS


def sync() -> None:
    """Bring the groups to what `permissions.py` says. Running it twice changes nothing."""
    for app in apps.get_app_configs():
        create_permissions(app, verbosity=0)
    for role, rights in ROLE_PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(
            permission
            for app, mode in rights.items()
            for permission in Permission.objects.filter(content_type__app_label=app)
            if permission.codename.split("_")[0] in ACTIONS[mode]
        )


def as_json(group: Group) -> dict[str, str]:
    """A role's rights as {"orders": "r", "catalog": "rwd"}. One query."""
    actions: dict[str, set[str]] = {}
    for permission in group.permissions.select_related("content_type"):
        app = permission.content_type.app_label
        actions.setdefault(app, set()).add(permission.codename.split("_")[0])
    return {
        app: next((mode for mode in ("rwd", "rw", "r") if set(ACTIONS[mode]) <= found), "")
        for app, found in sorted(actions.items())
    }
