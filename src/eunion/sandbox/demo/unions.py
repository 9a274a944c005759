"""The unions of the demo district: one federation, 17 subdistricts, 5 industries and about 400 employers."""

from __future__ import annotations

import random
from dataclasses import dataclass

from eunion.registry.codes import uscc_check_digit
from eunion.sandbox.demo import names
from eunion.sandbox.demo.geometry import District, GridArea

EMPLOYER_UNION_COUNT = 340
UNIONS_PER_INDUSTRY = 12
_HOURS = (
    "周一至周五 9:00-12:00，13:30-17:30",
    "周一至周五 8:30-12:00，13:00-17:00",
    "周一至周六 9:00-17:00（午间不休）",
    "周二至周六 10:00-18:00",
)


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """A person whom workers may turn to."""

    name: str
    title: str
    phone: str


@dataclass(frozen=True, slots=True)
class UnionRow:
    """A union; `parent` is the key of the union above it, '' for the federation. Degrees are WGS-84."""

    key: str
    parent: str
    kind: str
    name: str
    uscc: str
    employer: str
    employer_uscc: str
    subdistrict: str
    address: str
    lon: float
    lat: float
    phone: str
    opening_hours: str
    officers: tuple[OfficerRow, ...]
    new_employment: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    """What tells one union from another before the generated details are added."""

    key: str
    parent: str
    kind: str
    name: str
    subdistrict: str
    employer: str = ""
    new_employment: bool = False


def demo_uscc(registrar: str, number: int) -> str:
    """Return a valid but plainly invented code; `registrar` is its first two characters."""
    first_17 = f"{registrar}990101DEM{number:06d}"
    return first_17 + uscc_check_digit(first_17)


def build_unions(district: District, rng: random.Random) -> tuple[UnionRow, ...]:
    """Return all unions, each after the union above it."""
    drafts = [
        _Draft(
            "federation",
            "",
            "federation",
            f"{district.name}总工会",
            district.subdistricts[1],
        )
    ]
    drafts += [
        _Draft(f"sub{number:02d}", "federation", "subdistrict", f"{name}总工会", name)
        for number, name in enumerate(district.subdistricts, 1)
    ]
    drafts += _industries(district, rng) + _employers(district, rng)
    by_subdistrict: dict[str, list[GridArea]] = {}
    for grid in district.grids:
        by_subdistrict.setdefault(grid.subdistrict, []).append(grid)
    return tuple(
        _union(number, draft, rng.choice(by_subdistrict[draft.subdistrict]), rng)
        for number, draft in enumerate(drafts)
    )


def _industries(district: District, rng: random.Random) -> list[_Draft]:
    drafts = []
    for number, (name, _, brands) in enumerate(names.INDUSTRIES, 1):
        key = f"ind{number}"
        home = rng.choice(district.subdistricts[:10])
        drafts.append(_Draft(key, "federation", "industry", f"{district.name}{name}", home))
        for nth in range(UNIONS_PER_INDUSTRY):
            place = district.subdistricts[(nth * 5 + number) % len(district.subdistricts)]
            employer = f"{district.name}{brands[nth % len(brands)]}{place.removesuffix('街道')}站"
            drafts.append(
                _Draft(
                    f"{key}-{nth + 1:02d}",
                    key,
                    "grassroots",
                    f"{employer}工会委员会",
                    place,
                    employer,
                    True,
                )
            )
    return drafts


def _employers(district: District, rng: random.Random) -> list[_Draft]:
    """Return the employers' unions, evenly over the subdistricts; one in five is a school or the like."""
    pairs = [(word, kind) for word in names.COMPANY_WORDS for kind in names.COMPANY_KINDS]
    rng.shuffle(pairs)
    places = [place.removesuffix("街道") for place in district.subdistricts]
    institutions = [
        (index, pattern.format(place=place, n=chinese_numeral(number)))
        for number, pattern in enumerate(names.INSTITUTIONS)
        for index, place in enumerate(places)
        if (index + number) % 2 == 0 and "{n}" not in pattern
    ]
    institutions += [
        (index, places[index] + pattern.format(n=chinese_numeral(1 + index % 3)))
        for pattern in names.INSTITUTIONS
        for index in range(len(places))
        if "{n}" in pattern and (index + len(pattern)) % 3 != 0
    ]
    rng.shuffle(institutions)
    drafts = []
    for number in range(EMPLOYER_UNION_COUNT):
        index = number % len(places)
        employer = district.name + "".join(pairs[number])
        if number % 5 == 4 and institutions:
            index, name = institutions.pop()
            employer = district.name + name
        drafts.append(
            _Draft(
                f"emp{number + 1:03d}",
                f"sub{index + 1:02d}",
                "grassroots",
                f"{employer}工会委员会",
                district.subdistricts[index],
                employer,
            )
        )
    return drafts


def chinese_numeral(number: int) -> str:
    """Return a small number as a Chinese numeral."""
    return "零一二三四五六七八九十"[number]


def _union(number: int, draft: _Draft, grid: GridArea, rng: random.Random) -> UnionRow:
    street = rng.choice(names.STREETS)
    return UnionRow(
        key=draft.key,
        parent=draft.parent,
        kind=draft.kind,
        name=draft.name,
        uscc=demo_uscc("81", number),
        employer=draft.employer,
        employer_uscc=demo_uscc("91", number) if draft.employer else "",
        subdistrict=draft.subdistrict,
        address=f"河湾区{draft.subdistrict}{street}{rng.randrange(1, 420)}号",
        lon=round(grid.lon + rng.uniform(-3e-4, 3e-4), 6),
        lat=round(grid.lat + rng.uniform(-3e-4, 3e-4), 6),
        phone=f"0311-8550{number:04d}",
        opening_hours=rng.choice(_HOURS) if draft.kind == "grassroots" else _HOURS[0],
        officers=_officers(number, rng),
        new_employment=draft.new_employment,
    )


def _officers(number: int, rng: random.Random) -> tuple[OfficerRow, ...]:
    titles = (
        "工会主席",
        "工会副主席",
        "女职工委员会主任",
        "组织委员",
        "劳动保护检查员",
    )
    chosen = [titles[0], *rng.sample(titles[1:], rng.randint(1, 2))]
    return tuple(
        OfficerRow(
            name=rng.choice(names.SURNAMES)
            + rng.choice(names.FEMALE_GIVEN if "女" in title or rng.random() < 0.4 else names.MALE_GIVEN),
            title=title,
            phone=f"0311-8550{number:04d} 转 {80 + nth}",
        )
        for nth, title in enumerate(chosen, 1)
    )
