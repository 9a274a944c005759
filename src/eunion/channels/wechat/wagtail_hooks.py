"""Registers the accounts' staff screens."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.wechat import backoffice, menu_editor


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """What is a plain list."""
    return [backoffice.AutoReplyViewSet(), backoffice.TagRuleViewSet()]


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The console's addresses of this room."""
    return [
        path("wechat/menu/<int:version_id>/", menu_editor.editor, name="wechat_menu"),
        path("wechat/menu/<int:version_id>/roll-back/", menu_editor.roll_back, name="wechat_menu_roll_back"),
        path("wechat/scenes/<int:scene_id>.svg", backoffice.scene_picture, name="wechat_scene_picture"),
        path("wechat/<slug:slug>/check/", backoffice.check, name="wechat_check"),
        path("wechat/<slug:slug>/menu/", menu_editor.versions, name="wechat_menus"),
        path("wechat/<slug:slug>/followers/", backoffice.follower_list, name="wechat_followers"),
        path("wechat/<slug:slug>/scenes/", backoffice.scene_list, name="wechat_scenes"),
        path("wechat/<slug:slug>/messages/", backoffice.message_list, name="wechat_messages"),
    ]
