"""The kinds of message that the platform sends to one person; each account maps them to its own templates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind: its label and its values, each with a label and a sample for previews."""

    name: str
    label: str
    values: dict[str, tuple[str, str]]


def _kind(name: str, label: str, **values: str) -> Kind:
    """Each value is written "label=sample"."""
    return Kind(name, label, {key: tuple(text.split("=", 1)) for key, text in values.items()})  # type: ignore[misc]


KINDS = {
    kind.name: kind
    for kind in (
        _kind(
            "case_progress",
            "办件进度",
            title="事项=困难帮扶申请",
            state="进度=请补充材料",
            at="时间=2026-11-24 09:30",
            note="说明=缺收入证明",
        ),
        _kind(
            "booking_confirmed",
            "预约成功",
            title="活动=插花体验课",
            at="时间=2026-12-05 14:00",
            place="地点=职工之家二楼",
            note="提示=请提前十分钟到场",
        ),
        _kind(
            "course_reminder",
            "开课提醒",
            title="课程=插花体验课",
            at="时间=2026-12-05 14:00",
            place="地点=职工之家二楼",
            note="提示=来不了请提前退出",
        ),
        _kind(
            "draw_result",
            "摇号结果",
            title="活动=一元观影",
            state="结果=已中签",
            at="时间=2026-12-05 19:00",
            note="提示=5日12:00前付款",
        ),
        _kind(
            "booking_changed",
            "活动变更",
            title="活动=插花体验课",
            at="新的时间=2026-12-06 14:00",
            place="地点=职工之家二楼",
            note="原来=原为12月5日14:00",
        ),
        _kind(
            "booking_cancelled",
            "活动取消",
            title="活动=插花体验课",
            state="状态=已取消",
            at="时间=2026-12-05 14:00",
            note="说明=已付款项原路退还",
        ),
        _kind(
            "homework_reviewed",
            "作业点评",
            title="作业=第二课：临帖一张",
            state="结果=已点评",
            at="时间=2026-12-06 09:30",
            note="点评=横画再平一些",
        ),
        _kind(
            "contest_result",
            "竞赛结果",
            title="竞赛=劳动法知识竞赛",
            result="结果=第 36 名",
            at="时间=2026-11-24 18:00",
        ),
        _kind(
            "certification",
            "实名认证结果",
            title="事项=实名认证",
            state="结果=已通过",
            at="时间=2026-11-24 09:30",
            note="说明=会员卡已生成",
        ),
        _kind(
            "payment",
            "缴费结果",
            title="项目=医疗互助会费",
            amount="金额=60.00元",
            at="时间=2026-11-24 09:30",
        ),
        _kind(
            "reply",
            "工作人员回复",
            title="您的提问=加班费怎么算",
            note="回复=点开查看",
            at="时间=2026-11-24 09:30",
        ),
    )
}

# A template field's name tells what it may hold: https://developers.weixin.qq.com, subscribe messages, parameters.
_LIMITS = {
    "thing": 20,
    "phrase": 5,
    "character_string": 32,
    "name": 10,
    "number": 32,
    "letter": 32,
    "symbol": 5,
}


def fitted(field: str, value: str) -> str:
    """Cut a value to what a template field holds, with an ellipsis where there is room for one."""
    limit = _LIMITS.get(field.rstrip("0123456789"))
    if limit is None or len(value) <= limit:
        return value
    return value[:limit] if limit <= 5 else value[: limit - 1] + "…"


def data_of(fields: dict[str, str], values: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return WeChat's `data` of a message; a value that is missing is sent as a dash, since WeChat refuses none."""
    return {field: {"value": fitted(field, values.get(name) or "—")} for field, name in fields.items()}


def samples(kind: Kind) -> dict[str, str]:
    """Return a sample value for each of a kind's values."""
    return {name: sample for name, (_, sample) in kind.values.items()}
