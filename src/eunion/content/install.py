"""The sections, the reviews and the rights of editors: what an empty installation begins with."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from eunion.content.models import ReviewTask, SectionPage, SitePage
from eunion.registry.roles import Role

SECTIONS = (
    ("notices", SectionPage.Kind.NOTICE, "工会发给大家的通知"),
    ("news", SectionPage.Kind.NEWS, "身边的工会新鲜事"),
    ("policies", SectionPage.Kind.POLICY, "政策说了什么，对您有什么用"),
    ("laws", SectionPage.Kind.LAW, "劳动法律法规原文与解读"),
    ("guides", SectionPage.Kind.GUIDE, "要带什么、怎么办、多久办好"),
)
STAGES = ((Role.REVIEWER_1, "初审"), (Role.REVIEWER_2, "复审"), (Role.REVIEWER_3, "终审"))
WRITERS = (Role.ADMINISTRATOR, Role.EDITOR, Role.ORGANISER)


def install() -> None:
    """Make what is missing; again is harmless."""
    site_page = _install_site()
    for slug, kind, intro in SECTIONS:
        if not SectionPage.objects.filter(kind=kind).exists():
            section = SectionPage(title=kind.label, slug=slug, kind=kind, intro=intro)
            site_page.add_child(instance=section)
    _install_reviews(site_page)
    _install_rights(site_page)


def _install_site() -> SitePage:
    """Put our root in the place of Wagtail's welcome page, and name the site by its public address."""
    site_page = SitePage.objects.first()
    if site_page is None:
        root = Page.get_first_root_node()
        site_page = root.add_child(instance=SitePage(title="职工服务网", slug="site"))
    public = urlsplit(settings.PUBLIC_URL)
    port = public.port or (443 if public.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": public.hostname or "localhost",
            "port": port,
            "root_page": site_page,
            "site_name": "职工服务网",
        },
    )
    Page.objects.filter(depth=2).exclude(pk=site_page.pk).delete()
    return site_page


def _install_reviews(site_page: SitePage) -> None:
    workflow, _ = Workflow.objects.get_or_create(name="三审三校")
    Workflow.objects.exclude(pk=workflow.pk).update(active=False)
    WorkflowPage.objects.exclude(workflow=workflow).delete()
    WorkflowPage.objects.get_or_create(workflow=workflow, page=site_page)
    for place, (role, label) in enumerate(STAGES):
        task, _ = ReviewTask.objects.get_or_create(name=label)
        task.groups.set([Group.objects.get_or_create(name=role.value)[0]])
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": place})


def _install_rights(site_page: SitePage) -> None:
    """Writers add and change pages. The right to publish is what Wagtail asks for to withdraw a page; to publish
    one it is not enough, since `ReviewedPage.publish` wants three reviews."""
    for role in WRITERS:
        group, _ = Group.objects.get_or_create(name=role.value)
        for codename in ("add_page", "change_page", "publish_page"):
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=site_page, permission=permission)
        _may_upload(group)


def _may_upload(group: Group) -> None:
    root = Collection.get_first_root_node()
    for app, names in (
        ("wagtailimages", ("add_image", "choose_image")),
        ("wagtaildocs", ("add_document", "choose_document")),
    ):
        for codename in names:
            permission = Permission.objects.get(content_type__app_label=app, codename=codename)
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )
