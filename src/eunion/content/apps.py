from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """See the room's README."""

    name = "eunion.content"
    verbose_name = "内容"

    def ready(self) -> None:
        """Hear of WeChat's results, name actions and rights."""
        from wagtail.signals import page_unpublished

        from eunion.channels.wechat.services.inbound import EVENT_HANDLERS
        from eunion.content import publishing
        from eunion.kernel import audit
        from eunion.kernel.permissions import grant
        from eunion.registry.roles import Role

        page_unpublished.connect(self._left, dispatch_uid="content.leave")
        EVENT_HANDLERS["event.MASSSENDJOBFINISH"] = publishing.take_mass_result
        EVENT_HANDLERS["event.PUBLISHJOBFINISH"] = publishing.take_publish_result
        audit.declare("content.publish_article", "发到公众号")
        audit.declare("content.withdraw_article", "从公众号撤回")
        for role in (Role.ADMINISTRATOR, Role.EDITOR):
            grant(role, "content.publish_article", "content.view_publication")
        for role in (Role.AUDITOR, Role.REVIEWER_3):
            grant(role, "content.view_publication")

    @staticmethod
    def _left(instance: Any, **_: Any) -> None:
        """Follow a page that went by a door of Wagtail's own: a list's bulk action, an expiry, a deletion."""
        from eunion.content import services
        from eunion.content.models import ReviewedPage

        if isinstance(instance, ReviewedPage):
            services.leave(instance)
