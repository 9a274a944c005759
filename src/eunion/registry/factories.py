"""Test data of the registry."""

from __future__ import annotations

import datetime
from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from eunion.registry.codes import id_check_digit
from eunion.registry.models import (
    Grid,
    GridAssignment,
    Member,
    Membership,
    ResidentsGroup,
    StaffScope,
    Union,
    User,
)


def id_number(number: int) -> str:
    """Return the n-th checked ID number of a division that does not exist."""
    born = datetime.date(1970, 1, 1) + datetime.timedelta(days=number // 900)
    first = f"990199{born:%Y%m%d}{number % 900 + 100:03d}"
    return first + id_check_digit(first)


def make_union(name: str = "测试工会", parent: Union | None = None, **fields: Any) -> Union:
    """Return a new union below its parent, or a root."""
    fields = {"kind": Union.Kind.GRASSROOTS if parent else Union.Kind.FEDERATION, **fields}
    if parent:
        return Union.objects.get(pk=parent.pk).add_child(name=name, **fields)  # type: ignore[no-any-return]
    return Union.add_root(name=name, **fields)  # type: ignore[no-any-return]


class GridFactory(DjangoModelFactory[Grid]):
    """A square grid, side by side with the one before."""

    class Meta:
        model = Grid

    code = factory.Sequence(lambda n: f"G{n:04d}")
    name = factory.LazyAttribute(lambda grid: f"第{grid.code}网格")
    lon = 114.5
    lat = 38.0
    boundary = factory.Sequence(
        lambda n: {
            "type": "Polygon",
            "coordinates": [[[n, 0], [n + 1, 0], [n + 1, 1], [n, 1], [n, 0]]],
        }
    )


class GroupFactory(DjangoModelFactory[ResidentsGroup]):
    """A residents' group of a grid of its own."""

    class Meta:
        model = ResidentsGroup

    grid = factory.SubFactory(GridFactory)
    external_id = factory.Sequence(lambda n: f"group-{n}")
    name = "居民群"


class MemberFactory(DjangoModelFactory[Member]):
    """A certified member; pass `union` for a current membership."""

    class Meta:
        model = Member
        skip_postgeneration_save = True

    name = "王测试"
    id_number = factory.Sequence(id_number)
    phone = factory.Sequence(lambda n: f"199{n:08d}")
    certification = Member.Certification.CERTIFIED

    @factory.post_generation
    def union(self, create: bool, extracted: Union | None, **_: Any) -> None:
        """Join the given union."""
        if extracted:
            Membership.objects.create(member=self, union=extracted)


class UserFactory(DjangoModelFactory[User]):
    """A signed-in person; pass `role`, `scope` (a union) and `grids`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.LazyAttribute(lambda user: user.username)

    @factory.post_generation
    def role(self, create: bool, extracted: str | None, **_: Any) -> None:
        """Join the role's group."""
        if extracted:
            self.groups.add(Group.objects.get(name=extracted))  # type: ignore[attr-defined]

    @factory.post_generation
    def scope(self, create: bool, extracted: Union | None, **_: Any) -> None:
        """Look after a union's subtree."""
        if extracted:
            StaffScope.objects.create(user=self, union=extracted)

    @factory.post_generation
    def grids(self, create: bool, extracted: list[Grid] | None, **_: Any) -> None:
        """Look after grids."""
        for grid in extracted or []:
            GridAssignment.objects.create(user=self, grid=grid)
