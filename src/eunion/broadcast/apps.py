from django.apps import AppConfig


class BroadcastConfig(AppConfig):
    """See the room's README."""

    name = "eunion.broadcast"
    verbose_name = "通知触达"

    def ready(self) -> None:
        """Name the audit actions and grant the roles their rights."""
        from eunion.kernel import audit
        from eunion.kernel.permissions import grant
        from eunion.registry.roles import Role

        for action, label in (
            ("broadcast.plan", "计划触达"),
            ("broadcast.pause", "暂停触达"),
            ("broadcast.resume", "继续触达"),
            ("broadcast.cancel", "取消触达"),
            ("broadcast.tell", "当面告知"),
            ("broadcast.undo_tell", "撤销当面告知"),
        ):
            audit.declare(action, label)
        for role in (Role.ADMINISTRATOR, Role.EDITOR):
            grant(role, "broadcast.view_broadcast", "broadcast.change_broadcast")
        for role in (Role.AUDITOR, Role.GRASSROOTS_OFFICER, Role.REVIEWER_3, Role.DATA_OFFICER):
            grant(role, "broadcast.view_broadcast")
