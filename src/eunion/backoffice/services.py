"""What an empty installation begins with: roles, their rights, the sections and the reviews."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from eunion.cases import guide
from eunion.content import install as content_install
from eunion.kernel.permissions import GRANTS
from eunion.registry.roles import Role


@transaction.atomic
def install() -> None:
    """Make what is missing and bring the roles' rights up to date; again is harmless."""
    _install_roles()
    content_install.install()
    guide.index()


def _install_roles() -> None:
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for role in Role:
        group, _ = Group.objects.get_or_create(name=role.value)
        permissions = [_permission(name) for name in sorted(GRANTS[role])]
        # Grid workers work on the phone; the console is for the others.
        group.permissions.set([*permissions, *([] if role is Role.GRID_WORKER else [access])])
    Group.objects.filter(name__in=("Editors", "Moderators")).delete()


def _permission(name: str) -> Permission:
    app_label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
