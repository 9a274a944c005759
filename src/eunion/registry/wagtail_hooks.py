"""Registers the registry's staff screens."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, register_converter, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.registry import backoffice, certification_desk


class VerbConverter:
    """The two things that can be done with a checked roster."""

    regex = "confirm|cancel"

    def to_python(self, value: str) -> str:
        """Return the verb."""
        return value

    def to_url(self, value: str) -> str:
        """Return the verb."""
        return value


register_converter(VerbConverter, "roster_verb")


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """Unions, grids, and who looks after which."""
    return [
        backoffice.UnionViewSet(),
        backoffice.GridViewSet(),
        backoffice.OfficerViewSet(),
        backoffice.ResidentsGroupViewSet(),
        backoffice.StaffScopeViewSet(),
        backoffice.GridAssignmentViewSet(),
    ]


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The console's addresses of this room."""
    return [
        path("members/", backoffice.members, name="registry_members"),
        path("members/export/", backoffice.export_roster, name="registry_export"),
        path("members/<slug:public_id>/", backoffice.member, name="registry_member"),
        path("certifications/", certification_desk.desk, name="registry_certifications"),
        path("certifications/<int:request_id>/", certification_desk.one, name="registry_certification"),
        path("grids-import/", backoffice.grid_import, name="registry_grid_import"),
        path("rosters/", backoffice.rosters, name="registry_rosters"),
        path("rosters/template/", backoffice.roster_template, name="registry_roster_template"),
        path("rosters/<int:roster_id>/", backoffice.roster, name="registry_roster"),
        path("rosters/<int:roster_id>/rejects/", backoffice.roster_rejects, name="registry_roster_rejects"),
        path(
            "rosters/<int:roster_id>/<roster_verb:verb>/",
            backoffice.roster_change,
            name="registry_roster_change",
        ),
    ]


class AllowedMenuItem(MenuItem):
    """A menu item for those who hold a permission."""

    permission = ""

    def is_shown(self, request: HttpRequest) -> bool:
        """Hide it from everyone else."""
        return request.user.has_perm(self.permission)


class MembersMenuItem(AllowedMenuItem):
    """会员."""

    permission = "registry.view_member"


class RostersMenuItem(AllowedMenuItem):
    """名册导入."""

    permission = "registry.import_roster"


class GridImportMenuItem(AllowedMenuItem):
    """网格导入."""

    permission = "registry.add_grid"


class CertificationsMenuItem(AllowedMenuItem):
    """认证核实."""

    permission = "registry.certify_member"


@hooks.register("register_admin_menu_item")
def certifications_menu_item() -> MenuItem:
    """认证核实 in the menu."""
    return CertificationsMenuItem(
        "认证核实", reverse_lazy("registry_certifications"), icon_name="check", order=305
    )


@hooks.register("register_admin_menu_item")
def grid_import_menu_item() -> MenuItem:
    """网格导入 in the menu."""
    return GridImportMenuItem("网格导入", reverse_lazy("registry_grid_import"), icon_name="globe", order=325)


@hooks.register("register_admin_menu_item")
def members_menu_item() -> MenuItem:
    """会员 in the menu."""
    return MembersMenuItem("会员", reverse_lazy("registry_members"), icon_name="user", order=300)


@hooks.register("register_admin_menu_item")
def rosters_menu_item() -> MenuItem:
    """名册导入 in the menu."""
    return RostersMenuItem("名册导入", reverse_lazy("registry_rosters"), icon_name="upload", order=330)
