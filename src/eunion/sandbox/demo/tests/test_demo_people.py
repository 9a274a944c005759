"""The made-up people: the promised numbers, checked codes, nobody real, the same from the same seed."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter

import pytest
from shapely.geometry import Point, Polygon

from eunion.registry.codes import id_number_error, phone_error, uscc_error
from eunion.sandbox.demo.geometry import build_district
from eunion.sandbox.demo.people import Population, build_population


@pytest.fixture(scope="module")
def population() -> Population:
    return build_population()


def test_the_numbers_are_the_promised_ones(population: Population) -> None:
    kinds = Counter(union.kind for union in population.unions)
    assert kinds == {
        "federation": 1,
        "subdistrict": 17,
        "industry": 5,
        "grassroots": 400,
    }
    assert len(population.followers) == 10_100
    assert sum(follower.member is not None for follower in population.followers) == 8_200
    assert sum(member.certified_at is not None for member in population.members) == 8_200
    assert len(population.members) == 8_200 + 1_300
    assert sum(bool(follower.label) for follower in population.followers) == 60
    assert len(population.groups) == 805
    assert 300_000 < sum(group.member_count for group in population.groups) < 301_000


def test_every_code_is_valid_and_belongs_to_nobody(population: Population) -> None:
    assert not [m for m in population.members if id_number_error(m.id_number) or phone_error(m.phone)]
    assert all(member.id_number.startswith("990101") for member in population.members)
    assert all(member.phone.startswith("19900") for member in population.members)
    codes = [union.uscc for union in population.unions]
    codes += [union.employer_uscc for union in population.unions if union.employer]
    assert not [code for code in codes if uscc_error(code)]
    assert all(union.phone.startswith("0311-8550") for union in population.unions)


def test_no_two_share_what_must_be_unique(population: Population) -> None:
    columns = [
        [member.id_number for member in population.members],
        [member.phone for member in population.members],
        [follower.openid for follower in population.followers],
        [follower.unionid for follower in population.followers],
        [union.key for union in population.unions],
        [union.name for union in population.unions],
        [union.uscc for union in population.unions],
        [person.username for person in population.staff],
    ]
    assert all(len(set(column)) == len(column) for column in columns)


def test_members_belong_to_unions_and_grids_that_exist(population: Population) -> None:
    unions = {union.key: union for union in population.unions}
    grids = {grid.code for grid in build_district().grids}
    for member in population.members:
        assert member.employer == unions[member.union].employer
        assert member.grid in grids
        assert member.joined_on.year >= int(member.id_number[6:10]) + 18


def test_each_union_stands_in_the_district_below_one_named_before_it(
    population: Population,
) -> None:
    outline = Polygon(build_district().outline)
    seen = {""}
    for union in population.unions:
        assert union.parent in seen
        seen.add(union.key)
        assert outline.contains(Point(union.lon, union.lat))
        assert 2 <= len(union.officers) <= 3


def test_virtual_phones_show_the_job_they_say(population: Population) -> None:
    shown = {
        f.label: population.members[f.member]
        for f in population.followers
        if f.label and f.member is not None
    }
    assert "新就业形态" in shown["快递员"].tags
    assert "纺织" in shown["纺织厂挡车工"].employer
    assert "劳模" in shown["劳动模范"].tags
    assert "女职工" in shown["怀孕的女职工"].tags
    assert [f.label for f in population.followers if f.elder]


def test_every_grid_has_one_worker_and_every_role_somebody(
    population: Population,
) -> None:
    looked_after = Counter(code for person in population.staff for code in person.grids)
    assert set(looked_after.values()) == {1}
    assert len(looked_after) == 805
    roles = {person.role for person in population.staff}
    assert len(roles) == 12
    assert all(len(base64.b32decode(person.totp_secret)) == 20 for person in population.staff)


def test_the_texts_name_the_federations_address_and_telephone(
    population: Population,
) -> None:
    federation = population.unions[0]
    assert "河湾大街32号" in federation.address
    assert federation.phone == "0311-85500000"


def test_the_same_seed_gives_the_same_people(population: Population) -> None:
    before = hashlib.sha256(repr(population).encode()).hexdigest()
    build_population.cache_clear()
    build_district.cache_clear()
    assert hashlib.sha256(repr(build_population()).encode()).hexdigest() == before
