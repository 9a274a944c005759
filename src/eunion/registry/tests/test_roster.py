"""Rosters: what people upload, what they are told, and what becomes of it."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from eunion.kernel.errors import NotAllowed
from eunion.registry import services
from eunion.registry.factories import GridFactory, MemberFactory, UserFactory, id_number, make_union
from eunion.registry.models import Member, Membership, RosterImport, RosterRow, Union, User
from eunion.registry.roles import Role
from eunion.registry.roster import apply, columns, files
from eunion.registry.roster.columns import CellError

pytestmark = pytest.mark.django_db
HEADING = ["姓名", "身份证号", "手机号", "所属工会", "网格编号", "标签", "入会日期"]


@pytest.fixture
def federation() -> Union:
    return make_union("区总工会")


@pytest.fixture
def factory_union(federation: Union) -> Union:
    return make_union("纺织厂工会", federation)


@pytest.fixture
def officer(federation: Union) -> User:
    return UserFactory(role=Role.DATA_OFFICER, scope=federation)


def book(rows: list[list[Any]], heading: list[str] | None = None, title: str = "") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        top = 0
        if title:
            sheet.merge_range(0, 0, 0, 6, title)
            top = 1
        for place, row in enumerate([heading or HEADING, *rows], top):
            sheet.write_row(place, 0, row)
    return buffer.getvalue()


def checked(content: bytes, user: User, union: Union) -> RosterImport:
    roster = services.upload_roster(union=union, file_name="名册.xlsx", content=content, user=user)
    services.check_roster(roster_id=roster.pk)
    return RosterImport.objects.get(pk=roster.pk)


def imported(content: bytes, user: User, union: Union) -> RosterImport:
    roster = checked(content, user, union)
    services.confirm_roster(roster=roster, user=user)
    apply.run(RosterImport.objects.get(pk=roster.pk))
    return RosterImport.objects.get(pk=roster.pk)


def actions(roster: RosterImport) -> list[str]:
    return list(RosterRow.objects.filter(roster=roster).order_by("number").values_list("action", flat=True))


def reasons(roster: RosterImport) -> str:
    return " ".join(note["reason"] for row in RosterRow.objects.filter(roster=roster) for note in row.notes)


def test_a_dry_run_changes_nothing(factory_union: Union, federation: Union, officer: User) -> None:
    roster = checked(book([["王一", id_number(1), "19900000001", "纺织厂工会"]]), officer, federation)
    assert roster.state == RosterImport.State.CHECKED
    assert actions(roster) == ["add"]
    assert not Member.objects.exists()


def test_a_confirmed_roster_adds_members_with_their_membership(
    factory_union: Union, federation: Union, officer: User
) -> None:
    grid = GridFactory()
    row = ["王一", id_number(1), "19900000001", "纺织厂工会", grid.code, "农民工、女职工", "2024-05-01"]
    roster = imported(book([row], title="2026 年名册"), officer, federation)
    member = Member.objects.get()
    assert roster.state == RosterImport.State.DONE
    assert (member.name, member.id_number, member.phone, member.grid) == (
        "王一",
        id_number(1),
        "19900000001",
        grid,
    )
    assert member.tags == ["农民工", "女职工"]
    assert Membership.objects.get().joined_on == datetime.date(2024, 5, 1)


def test_the_same_file_twice_changes_nothing(factory_union: Union, federation: Union, officer: User) -> None:
    content = book([["王一", id_number(n), f"1990000000{n}", "纺织厂工会", "", "农民工"] for n in range(3)])
    imported(content, officer, federation)
    again = imported(content, officer, federation)
    assert actions(again) == ["same"] * 3
    assert Member.objects.count() == Membership.objects.count() == 3


def test_a_change_shows_before_and_after_masked(
    factory_union: Union, federation: Union, officer: User
) -> None:
    MemberFactory(name="王一", id_number=id_number(1), phone="19900000001", union=factory_union)
    roster = checked(book([["王一", id_number(1), "19911112222", "纺织厂工会"]]), officer, federation)
    note = RosterRow.objects.get(roster=roster).notes
    assert note == [{"column": "手机号", "before": "199****0001", "after": "199****2222"}]


def test_a_changed_phone_is_found_by_its_new_number(
    factory_union: Union, federation: Union, officer: User
) -> None:
    MemberFactory(id_number=id_number(1), phone="19900000001", union=factory_union)
    imported(book([["王测试", id_number(1), "19911112222", "纺织厂工会"]]), officer, federation)
    other = MemberFactory.build(phone="19911112222")
    field = Member._meta.get_field("phone_index")
    assert Member.objects.filter(phone_index=field.pre_save(other, add=True)).exists()


def test_empty_cells_erase_nothing(factory_union: Union, federation: Union, officer: User) -> None:
    MemberFactory(id_number=id_number(1), phone="19900000001", union=factory_union, tags=["劳模"])
    roster = checked(book([["王测试", id_number(1), "", "纺织厂工会", "", ""]]), officer, federation)
    assert actions(roster) == ["same"]


def test_another_union_of_the_scope_is_a_transfer(
    factory_union: Union, federation: Union, officer: User
) -> None:
    other = make_union("铸造厂工会", federation)
    member = MemberFactory(id_number=id_number(1), union=factory_union)
    imported(book([["王测试", id_number(1), "", "铸造厂工会"]]), officer, federation)
    assert [m.union for m in member.memberships.filter(left_on=None)] == [other]
    assert member.memberships.filter(union=factory_union).get().left_on is not None


def test_a_member_of_a_union_outside_the_scope_needs_a_transfer(federation: Union) -> None:
    mine, theirs = make_union("甲厂工会", federation), make_union("乙厂工会", federation)
    MemberFactory(id_number=id_number(1), union=theirs)
    clerk = UserFactory(role=Role.GRASSROOTS_OFFICER, scope=mine)
    roster = checked(book([["王测试", id_number(1), "", "甲厂工会"]]), clerk, mine)
    assert actions(roster) == ["reject"]
    assert "先办转会" in reasons(roster)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", id_number(1), "", "纺织厂工会"], "必填"),
        (["王一", id_number(1)[:17] + "A", "", "纺织厂工会"], "18 位"),
        (["王一", float(int(id_number(1)[:17] + "0")), "", "纺织厂工会"], "当成了数字"),
        (["王一", "9.90199E+17", "", "纺织厂工会"], "科学计数法"),
        (["王一", id_number(1), "12345", "纺织厂工会"], "11 位"),
        (["王一", id_number(1), "", "纺织工会"], "是不是“纺织厂工会”"),
        (["王一", id_number(1), "", "纺织厂工会", "没有"], "没有这个网格"),
        (["王一", id_number(1), "", "纺织厂工会", "", "", "2024-02-30"], "没有这一天"),
    ],
)
def test_a_wrong_cell_is_explained_in_plain_words(
    factory_union: Union, federation: Union, officer: User, row: list[Any], reason: str
) -> None:
    roster = checked(book([row]), officer, federation)
    assert actions(roster) == ["reject"]
    assert reason in reasons(roster)


def test_a_row_repeated_in_the_file_is_rejected_with_the_first_ones_number(
    factory_union: Union, federation: Union, officer: User
) -> None:
    row = ["王一", id_number(1), "", "纺织厂工会"]
    roster = checked(book([row, row]), officer, federation)
    assert actions(roster) == ["add", "reject"]
    assert "与第 2 行重复" in reasons(roster)


def test_rejected_values_are_masked_in_the_download(
    factory_union: Union, federation: Union, officer: User
) -> None:
    wrong = id_number(1)[:17] + ("1" if id_number(1)[17] != "1" else "2")
    roster = checked(book([["王一", wrong, "", "纺织厂工会"]]), officer, federation)
    download = files.rejects(RosterRow.objects.filter(roster=roster, action="reject"))
    cells = CalamineWorkbook.from_filelike(io.BytesIO(download)).get_sheet_by_index(0).to_python()
    assert wrong not in str(cells)
    assert "校验位不对" in str(cells)


def test_a_killed_check_goes_on_where_it_stopped(
    factory_union: Union, federation: Union, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eunion.registry.roster import check

    monkeypatch.setattr(check, "BLOCK", 2)
    rows = [["王一", id_number(n), "", "纺织厂工会"] for n in range(5)]
    roster = services.upload_roster(union=federation, file_name="a.xlsx", content=book(rows), user=officer)
    staged, calls = check._check_block, 0

    def dies_after_one(*arguments: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return bool(staged(*arguments))

    monkeypatch.setattr(check, "_check_block", dies_after_one)
    with pytest.raises(KeyboardInterrupt):
        services.check_roster(roster_id=roster.pk)
    services.check_roster(roster_id=roster.pk)
    assert actions(roster) == ["add"] * 5


def test_only_unions_in_scope_can_be_filled(federation: Union, factory_union: Union) -> None:
    clerk = UserFactory(role=Role.GRASSROOTS_OFFICER, scope=factory_union)
    with pytest.raises(NotAllowed):
        services.upload_roster(union=federation, file_name="a.xlsx", content=b"x", user=clerk)


def test_a_file_without_the_needed_columns_says_so(federation: Union, officer: User) -> None:
    roster = checked(book([["王一"]], heading=["姓名"]), officer, federation)
    assert roster.state == RosterImport.State.FAILED
    assert "没有找到表头" in roster.problem


def test_a_gbk_csv_is_read(factory_union: Union, federation: Union, officer: User) -> None:
    text = f"职工姓名,证件号码,工会名称\n王一,{id_number(1)},纺织厂工会\n"
    roster = checked(text.encode("gbk"), officer, federation)
    assert actions(roster) == ["add"]


def test_an_export_imports_unchanged(factory_union: Union, federation: Union, officer: User) -> None:
    for place in range(3):
        MemberFactory(union=factory_union, grid=GridFactory(), tags=["农民工", "女职工"][: place + 1])
    memberships = Membership.objects.select_related("member__grid", "union")
    roster = checked(files.export(memberships), officer, federation)
    assert actions(roster) == ["same"] * 3


def test_what_the_file_said_is_forgotten_once_applied(
    factory_union: Union, federation: Union, officer: User
) -> None:
    roster = imported(book([["王一", id_number(1), "", "纺织厂工会"]]), officer, federation)
    assert RosterRow.objects.get(roster=roster).content == ""


@pytest.mark.parametrize(
    "cell",
    ["2024-05-01", "2024/5/1", "2024.5.1", "20240501", "2024年5月1日", 45413, datetime.date(2024, 5, 1)],
)
def test_dates_are_read_in_the_forms_that_people_use(cell: Any) -> None:
    assert columns.date_of(cell) == datetime.date(2024, 5, 1)


@given(st.text(alphabet="0123456789０１２３４５６７８９Xx  \u3000\u00a0-", max_size=24))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_digits_are_read_or_refused_but_never_crash(text: str) -> None:
    try:
        read = columns.digits_of(text)
    except CellError:
        return
    assert read == read.strip()
    assert not set(read) & set("０１２３ \u3000\u00a0")


@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.text(), st.none(), st.booleans()
    )
)
def test_any_cell_is_read_as_a_date_or_refused(cell: Any) -> None:
    try:
        found = columns.date_of(cell)
    except CellError:
        return
    assert found is None or isinstance(found, datetime.date)
