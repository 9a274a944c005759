"""The people of the demo district, generated: unions, members, followers, residents' groups and staff.

Nobody here is real: ID numbers carry the division code 990101, which does not exist, mobile numbers are
19900000000 + n, telephones 0311-8550xxxx. The same seed gives the same district to the last digit.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import random
from dataclasses import dataclass
from functools import lru_cache

from eunion.registry.codes import id_check_digit
from eunion.sandbox.demo import names
from eunion.sandbox.demo.geometry import District, GridArea, build_district
from eunion.sandbox.demo.phones import (
    CERTIFIED_PHONES,
    UNCERTIFIED_LABELS,
    VirtualPerson,
)
from eunion.sandbox.demo.unions import UnionRow, build_unions

FOLLOWER_COUNT = 10_100
CERTIFIED_COUNT = 8_200
OFFLINE_MEMBER_COUNT = 1_300
RESIDENT_COUNT = 300_480
DEMO_PASSWORD = "demo-Union-2026"
DEMO_DIVISION = "990101"
EPOCH = datetime.datetime(2026, 11, 2, 1, 0, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A worker on the roster; `union` is a grassroots union's key, `certified_at` None when not certified."""

    key: int
    name: str
    id_number: str
    phone: str
    union: str
    employer: str
    employer_uscc: str
    grid: str
    tags: tuple[str, ...]
    joined_on: datetime.date
    certified_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class FollowerRow:
    """A follower of the service account; `member` is a MemberRow key, None when nobody knows who they are.

    `label` is set for those shown on the virtual phones; `elder` asks for large type there.
    """

    openid: str
    unionid: str
    nickname: str
    member: int | None
    grid: str
    subscribed_at: datetime.datetime
    label: str = ""
    elder: bool = False


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A residents' group of one grid at the district's cloud-community platform."""

    external_id: str
    name: str
    grid: str
    member_count: int


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A staff account. `role` is a slug of registry.roles; the scope is a union key or some grid codes."""

    username: str
    name: str
    role: str
    union: str
    grids: tuple[str, ...]
    phone: str

    @property
    def totp_secret(self) -> str:
        """The authenticator's secret (base32), derived from the username: a demo's, never to be trusted."""
        digest = hashlib.sha1(f"eunion demo {self.username}".encode(), usedforsecurity=False).digest()
        return base64.b32encode(digest).decode()


@dataclass(frozen=True, slots=True)
class Population:
    """Everyone and everything that the demo loads besides the map and the texts."""

    district: District
    unions: tuple[UnionRow, ...]
    members: tuple[MemberRow, ...]
    followers: tuple[FollowerRow, ...]
    groups: tuple[GroupRow, ...]
    staff: tuple[StaffRow, ...]


@lru_cache(maxsize=2)
def build_population(seed: int = 20260101) -> Population:
    """Return the population of a seed; members come certified first, then those who follow nothing."""
    district, rng = build_district(seed), random.Random(seed + 1)
    unions = build_unions(district, rng)
    members = _members(district, unions, rng)
    return Population(
        unions=unions,
        members=members,
        followers=_followers(district, members, rng),
        district=district,
        groups=_groups(district, rng),
        staff=_staff(district, unions, rng),
    )


def person_name(rng: random.Random, female: bool) -> str:
    """Return a made-up full name."""
    return rng.choice(names.SURNAMES) + rng.choice(names.FEMALE_GIVEN if female else names.MALE_GIVEN)


def _members(district: District, unions: tuple[UnionRow, ...], rng: random.Random) -> tuple[MemberRow, ...]:
    """Return certified followers (first those on the virtual phones), then members who follow nothing."""
    grassroots = [union for union in unions if union.kind == "grassroots"]
    weights = [rng.paretovariate(1.6) for _ in grassroots]
    total = CERTIFIED_COUNT + OFFLINE_MEMBER_COUNT
    employers = rng.choices(grassroots, weights, k=total)
    by_subdistrict: dict[str, list[GridArea]] = {}
    for grid in district.grids:
        by_subdistrict.setdefault(grid.subdistrict, []).append(grid)
    rows = []
    for key, union in enumerate(employers):
        shown = CERTIFIED_PHONES[key] if key < len(CERTIFIED_PHONES) else None
        if shown:
            union = next(each for each in grassroots if shown.workplace in f"{each.key} {each.employer}")
        near = by_subdistrict[union.subdistrict] if rng.random() < 0.55 else district.grids
        rows.append(_member(key, union, rng.choice(near).code, shown, rng))
    return tuple(rows)


def _member(
    key: int,
    union: UnionRow,
    grid: str,
    shown: VirtualPerson | None,
    rng: random.Random,
) -> MemberRow:
    female = shown.female if shown else rng.random() < 0.44
    born = _birth_date(key, shown.born_year if shown else rng.randrange(1964, 2005))
    adult = max(datetime.date(born.year + 18, 1, 1), datetime.date(2012, 1, 1))
    joined = adult + datetime.timedelta(days=rng.randrange((EPOCH.date() - adult).days))
    certified = EPOCH - datetime.timedelta(minutes=rng.randrange(900_000)) if key < CERTIFIED_COUNT else None
    return MemberRow(
        key=key,
        name=person_name(rng, female),
        id_number=_id_number(key, born, female),
        phone=str(19_900_000_000 + key),
        union=union.key,
        employer=union.employer,
        employer_uscc=union.employer_uscc,
        grid=grid,
        tags=_tags(union, born, female, shown, rng),
        joined_on=joined,
        certified_at=certified,
    )


def _birth_date(key: int, year: int) -> datetime.date:
    """Return a day of the year that depends on the key, so that no two people share day and order number."""
    return datetime.date(year, 1, 1) + datetime.timedelta(days=(key // 499) * 18 + key % 18)


def _id_number(key: int, born: datetime.date, female: bool) -> str:
    """Return a checked ID number nobody has; its order number is odd for men and unique on that day."""
    order = (key % 499) * 2 + (0 if female else 1)
    first_17 = f"{DEMO_DIVISION}{born:%Y%m%d}{order:03d}"
    return first_17 + id_check_digit(first_17)


def _tags(
    union: UnionRow,
    born: datetime.date,
    female: bool,
    shown: VirtualPerson | None,
    rng: random.Random,
) -> tuple[str, ...]:
    chances = (
        ("新就业形态", 1.0 if union.new_employment else 0.0),
        ("女职工", 1.0 if female else 0.0),
        ("农民工", 0.38 if union.new_employment else 0.12),
        ("困难职工", 0.025),
        ("劳模", 0.012 if born.year < 1985 else 0.003),
        ("青年职工", 1.0 if born.year >= 1998 else 0.0),
        ("志愿者", 0.06),
    )
    given = shown.tags if shown else ()
    drawn = [tag for tag, chance in chances if rng.random() < (float(chance == 1.0) if shown else chance)]
    return tuple(dict.fromkeys((*given, *drawn)))


def _followers(
    district: District, members: tuple[MemberRow, ...], rng: random.Random
) -> tuple[FollowerRow, ...]:
    """Return the certified members as followers, then people known only by their nickname."""
    labels = dict(enumerate(person.label for person in CERTIFIED_PHONES))
    labels |= dict(enumerate(UNCERTIFIED_LABELS, CERTIFIED_COUNT))
    rows = []
    for index in range(FOLLOWER_COUNT):
        certified = index < CERTIFIED_COUNT
        label = labels.get(index, "")
        rows.append(
            FollowerRow(
                openid=f"o_demo_{index:06d}",
                unionid=f"u_demo_{index:06d}",
                nickname=members[index].name if certified else f"河湾居民{index:05d}",
                member=index if certified else None,
                grid=members[index].grid if certified else rng.choice(district.grids).code,
                subscribed_at=EPOCH - datetime.timedelta(minutes=rng.randrange(1_400_000)),
                label=label,
                elder="大字" in label,
            )
        )
    return tuple(rows)


def _groups(district: District, rng: random.Random) -> tuple[GroupRow, ...]:
    """Return one residents' group a grid, of 220 to 500 people, `RESIDENT_COUNT` in all."""
    counts = [rng.randint(300, 446) for _ in district.grids]
    step = 1 if sum(counts) < RESIDENT_COUNT else -1
    for _ in range(abs(RESIDENT_COUNT - sum(counts))):
        counts[rng.randrange(len(counts))] += step
    return tuple(
        GroupRow(f"grp-{grid.code}", f"{grid.name}居民群", grid.code, count)
        for grid, count in zip(district.grids, counts, strict=True)
    )


_OFFICE = (
    ("admin", "周明远", "administrator"),
    ("editor", "沈佳怡", "editor"),
    ("reviewer1", "郝国栋", "reviewer_1"),
    ("reviewer2", "陆慧敏", "reviewer_2"),
    ("reviewer3", "程立军", "reviewer_3"),
    ("caseofficer", "贺春燕", "case_officer"),
    ("organiser", "白晓峰", "organiser"),
    ("dataofficer", "石文博", "data_officer"),
    ("auditor", "段淑珍", "auditor"),
)


def _staff(district: District, unions: tuple[UnionRow, ...], rng: random.Random) -> tuple[StaffRow, ...]:
    """Return the federation's office, subdistrict and employers' officers, one grid worker a community."""
    rows: list[tuple[str, str, str, str, tuple[str, ...]]] = [
        (username, name, role, "federation", ()) for username, name, role in _OFFICE
    ]
    subdistricts = [union for union in unions if union.kind == "subdistrict"]
    employers = [union for union in unions if union.kind == "grassroots"][:3]
    for number, union in enumerate([*subdistricts, *employers], 1):
        name = union.officers[0].name
        rows.append((f"officer{number:02d}", name, "grassroots_officer", union.key, ()))
    communities: dict[str, list[str]] = {}
    for grid in district.grids:
        communities.setdefault(grid.community, []).append(grid.code)
    for number, codes in enumerate(communities.values(), 1):
        name = person_name(rng, rng.random() < 0.6)
        rows.append((f"grid{number:02d}", name, "grid_worker", "", tuple(codes)))
    # Sees no union's cases, only those that are given to them.
    rows.append(("lawyer", "方正清", "lawyer", "", ()))
    return tuple(
        StaffRow(username, name, role, union, grids, str(19_900_900_000 + number))
        for number, (username, name, role, union, grids) in enumerate(rows)
    )
