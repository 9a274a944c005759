"""Staff see what was asked, never who asked; what the union says of itself stays as it is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from eunion.assistant import masking
from eunion.assistant.factories import asked_turn
from eunion.assistant.models import Turn

OFFICE = "复兴街道总工会\n地址：人民路128号\n电话：0310-3012345\n联系人手机 13930001111"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("手机13800001111咨询", "13800001111"),
        ("手机 138 0000 1111 咨询", "0000"),
        ("座机0311-87654321没人接", "87654321"),
        ("身份证 130105 19900101 1234 丢了", "19900101"),
        ("卡号6222 0000 1111 2222 333 退款", "6222"),
        ("发到a.b@example.com", "example"),
        ("微信号zhangsan123加我", "zhangsan123"),
        ("车牌冀A12345能停吗", "A12345"),
        ("我住8号楼2单元301室", "301"),
        ("我是李红，怎么入会", "李红"),
        ("请问我叫王小明电话多少", "王小明"),
        ("我叫阿依古丽，怎么入会", "阿依古丽"),
        ("我叫欧阳建国，厂里不给钱", "欧阳建国"),
        ("本人赵大勇，在钢厂上班", "赵大勇"),
        ("我是三车间的刘卫东，想问加班费", "刘卫东"),
        ("我家住在阳光小区3号楼2单元501", "阳光"),
        ("我家住在阳光小区3号楼2单元501", "501"),
        ("住和平花园三号楼二单元五〇一室，漏水找谁", "和平花园"),
        ("住和平花园三号楼二单元五〇一室，漏水找谁", "五〇一"),
        ("我在人民路128号上班", "人民路128"),
        ("家在中华北大街 56 号院，哪个工会管", "56"),
        ("地址：东风街12-3号", "东风街"),
        ("李家村二组15号没人来帮扶", "15号"),
        ("身份证130105199001011234", "130105199001011234"),
        ("银行卡6222020402012345678没到账", "6222020402012345678"),
        ("车牌冀d·8k123能停吗", "8k123"),
        ("车牌冀DF12345能停吗", "F12345"),
    ],
)
def test_what_tells_who_someone_is_is_blotted(text: str, hidden: str) -> None:
    assert hidden not in masking.masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "我是农民工，能入会吗",
        "工作满10年年假几天",
        "《劳动法》第四十四条",
        "1800元够不够最低工资",
        "上班路上出车祸算工伤吗",
        "第12条第3号文件怎么说",
        "小区里的快递员能入会吗",
        "我是劳务派遣，我叫不动他们",
        "一个单元的人都没签合同",
        "我是厂里的高级工，有补贴吗",
    ],
)
def test_the_sense_of_a_question_stays(text: str) -> None:
    assert masking.masked(text) == text


@pytest.mark.django_db
def test_what_the_union_says_of_itself_stays_whole_on_screen_and_in_the_sheet(signed_in: Any) -> None:
    turn = asked_turn("街道工会电话", reply=OFFICE, state=Turn.State.ANSWERED, skill="unions")
    client = signed_in("editor")
    for address in ("/admin/talks/", f"/admin/talks/{turn.pk}/"):
        page = client.get(address).content.decode()
        assert "人民路128号" in page and "0310-3012345" in page and "13930001111" in page
    sheet = client.get("/admin/talks/export/").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert OFFICE in rows[1]


@pytest.mark.django_db
@pytest.mark.parametrize("way", [{"state": "closed"}, {"skill": "membership"}, {"generated": True}])
def test_a_reply_to_one_person_is_blotted_but_for_the_numbers_of_offices(way: dict[str, Any]) -> None:
    reply = "王小明您好，已转给0310-3012345，回您的13800001111，或打12351。我叫李红。"
    turn = asked_turn("怎么入会", **{"state": Turn.State.ANSWERED, **way, "reply": reply})
    shown = masking.masked_reply(turn)
    assert "13800001111" not in shown and "李红" not in shown
    assert "0310-3012345" in shown and "12351" in shown


@pytest.mark.django_db
def test_what_the_asker_wrote_of_himself_is_blotted_in_the_reply_too() -> None:
    turn = asked_turn(
        "我住阳光小区3号楼，归谁管", reply="离阳光小区3号楼最近的是复兴街道总工会，人民路128号。"
    )
    shown = masking.masked_reply(turn)
    assert "阳光小区" not in shown and "人民路128号" in shown
