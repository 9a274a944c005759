"""Loads the demo district into the platform, through the rooms' own doors where there is one."""

from __future__ import annotations

import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from eunion.assistant.services import imports
from eunion.channels.community.models import Gateway
from eunion.channels.wechat.models import Account, Follower
from eunion.content import services as content
from eunion.content.models import ArticlePage, Category, GuidePage, SectionPage
from eunion.kernel import installation
from eunion.registry.models import (
    Grid,
    GridAssignment,
    Member,
    Membership,
    Officer,
    ResidentsGroup,
    StaffScope,
    Union,
    User,
)
from eunion.sandbox.demo import accounts as accounts_demo
from eunion.sandbox.demo import cases, far_side, hardship, legal, markdown, medical, offerings, texts
from eunion.sandbox.demo.geometry import build_district
from eunion.sandbox.demo.people import DEMO_PASSWORD, Population, build_population

VERSION = "1"
BLOCK = 2000
SECTION_KINDS = {"news": "news", "policies": "policy", "laws": "law", "guides": "guide"}


@transaction.atomic
def load() -> None:
    """Load everything into an empty installation, or nothing of it."""
    population = build_population()
    unions = _load_unions(population)
    grids = _load_grids(unions)
    members = _load_members(population, unions, grids)
    _load_channels(population, members, grids)
    _load_staff(population, unions, grids)
    accounts_demo.load_menu(User.objects.get(username="editor"))
    _load_articles()
    _load_knowledge()
    offerings.load(next(iter(unions.values())), User.objects.get(username="editor"))
    cases.load()
    legal.load()
    hardship.load()
    medical.load()
    installation.mark_demo(VERSION)


def _load_unions(population: Population) -> dict[str, Union]:
    """Build the tree level by level; officers go in together."""
    made: dict[str, Union] = {}
    officers: list[Officer] = []
    for row in population.unions:
        fields = {
            name: getattr(row, name)
            for name in ("kind", "name", "uscc", "address", "lon", "lat", "phone", "opening_hours")
        }
        union = made[row.parent].add_child(**fields) if row.parent else Union.add_root(**fields)
        made[row.key] = union
        officers += [
            Officer(union=union, name=one.name, title=one.title, phone=one.phone, sort_order=place)
            for place, one in enumerate(row.officers)
        ]
    Officer.objects.bulk_create(officers)
    return made


def _load_grids(unions: dict[str, Union]) -> dict[str, Grid]:
    streets = {union.name: union for union in unions.values() if union.kind == Union.Kind.SUBDISTRICT}
    rows = [
        Grid(
            code=one.code,
            name=one.name,
            subdistrict=next((union for name, union in streets.items() if one.subdistrict in name), None),
            boundary=one.boundary,
            lon=one.lon,
            lat=one.lat,
            area_km2=one.area_km2,
        )
        for one in build_district().grids
    ]
    return {grid.code: grid for grid in Grid.objects.bulk_create(rows)}


def _load_members(
    population: Population, unions: dict[str, Union], grids: dict[str, Grid]
) -> dict[int, Member]:
    rows = [
        Member(
            name=one.name,
            id_number=one.id_number,
            phone=one.phone,
            employer=one.employer,
            employer_uscc=one.employer_uscc,
            grid=grids[one.grid],
            tags=list(one.tags),
            certification=Member.Certification.CERTIFIED if one.certified_at else Member.Certification.NONE,
            certified_at=one.certified_at,
            certified_method=Member.Method.ROSTER if one.certified_at else "",
        )
        for one in population.members
    ]
    made = Member.objects.bulk_create(rows, batch_size=BLOCK)
    by_key = {row.key: member for row, member in zip(population.members, made, strict=True)}
    Membership.objects.bulk_create(
        [
            Membership(member=by_key[one.key], union=unions[one.union], joined_on=one.joined_on)
            for one in population.members
        ],
        batch_size=BLOCK,
    )
    return by_key


def _load_channels(population: Population, members: dict[int, Member], grids: dict[str, Grid]) -> None:
    accounts = []
    for row in far_side.accounts():
        accounts.append(
            Account.objects.create(
                slug=row["kind"],
                name=row["name"],
                kind=row["kind"],
                appid=row["appid"],
                secret=row["secret"],
                token=row["token"],
                aes_key=row["aes_key"],
                notice_template_id=far_side.NOTICE_TEMPLATE["template_id"]
                if row["kind"] == "service"
                else "",
            )
        )
    accounts_demo.load(accounts)
    Follower.objects.bulk_create(
        [
            Follower(
                account=accounts[0],
                openid=one.openid,
                unionid=one.unionid,
                subscribed_at=one.subscribed_at,
                member=members[one.member] if one.member is not None else None,
            )
            for one in population.followers
        ],
        batch_size=BLOCK,
    )
    Gateway.objects.create(
        name="河湾云社区",
        base_url=settings.SANDBOX_URL or "http://127.0.0.1:8001",
        app_key=far_side.GATEWAY_KEY,
        secret=far_side.demo_secret(far_side.GATEWAY_KEY),
    )
    ResidentsGroup.objects.bulk_create(
        [
            ResidentsGroup(
                grid=grids[one.grid],
                external_id=one.external_id,
                name=one.name,
                member_count=one.member_count,
            )
            for one in population.groups
        ]
    )


def _load_staff(population: Population, unions: dict[str, Union], grids: dict[str, Grid]) -> None:
    """Staff share one demo password: it is hashed once, since hashing is slow on purpose."""
    password = make_password(DEMO_PASSWORD)
    groups = {group.name: group for group in Group.objects.all()}
    for one in population.staff:
        user = User(username=one.username, display_name=one.name, password=password)
        user.save()
        user.groups.add(groups[one.role])
        if one.union:
            StaffScope.objects.create(user=user, union=unions[one.union])
        GridAssignment.objects.bulk_create(
            [GridAssignment(user=user, grid=grids[code]) for code in one.grids]
        )
        TOTP.activate(user, one.totp_secret)
    assert Authenticator.objects.count() == len(population.staff)


def _load_articles() -> None:
    """Every article passes its three reviews, each by its own reviewer, like any other."""
    author = User.objects.get(groups__name="editor")
    reviewers = [User.objects.get(groups__name=f"reviewer_{stage}") for stage in (1, 2, 3)]
    for row in reversed(texts.load_articles()):
        kind = SECTION_KINDS.get(row.kind)
        if kind is None:
            continue
        section = SectionPage.objects.get(kind=kind)
        category, _ = Category.objects.get_or_create(name=row.category)
        model = GuidePage if kind == "guide" else ArticlePage
        page = model(
            title=row.title,
            slug=row.slug,
            summary=row.summary,
            source=row.source,
            category=category,
            body=markdown.to_blocks(row.body),
            live=False,
        )
        section.add_child(instance=page)
        content.reviewed_publish(page=page, author=author, reviewers=reviewers)
        # The text's own date, so that lists read like a year of work.
        morning = datetime.datetime.combine(row.date, datetime.time(9), timezone.get_default_timezone())
        Page.objects.filter(pk=page.pk).update(first_published_at=morning)


def _load_knowledge() -> None:
    """Bring in the knowledge that ships, let pass by two people."""
    named = {
        user.username: user for user in User.objects.filter(username__in=("editor", "reviewer1", "reviewer2"))
    }
    imports.load_shipped(author=named["editor"], reviewers=[named["reviewer1"], named["reviewer2"]])
