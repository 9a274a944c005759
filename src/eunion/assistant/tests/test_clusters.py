"""Questions come together when they ask the same, not when they share a word."""

from __future__ import annotations

import numpy as np
import pytest

from eunion.assistant import clusters, retrieval, wiring

PARKING = ["停车场几点关门", "停车场几点关门啊", "停车场晚上几点关门"]
# As workers put them; what stands in one line asks the same.
ASKED = (
    ("停车场几点关门", "停车场晚上开到几点"),
    ("停车收费吗",),
    ("职工食堂几点开门", "食堂中午几点开饭"),
    ("食堂饭卡丢了怎么补办",),
    ("会员卡丢了怎么补办", "会员卡掉了怎么补"),
    ("会员卡怎么激活",),
    ("暑期托管班什么时候报名", "孩子暑假托管班啥时候能报上"),
    ("托管班收费多少钱",),
    ("羽毛球馆怎么预约",),
    ("篮球场怎么预约",),
    ("羽毛球比赛什么时候报名",),
    ("母婴室在哪里", "哪里有喂奶的母婴室"),
    ("体检什么时候安排",),
    ("体检报告在哪里看",),
    ("电动车能在单位充电吗", "单位里有地方给电瓶车充电吗"),
    ("工伤认定要多久",),
    ("工伤认定要什么材料",),
    ("高温天可以不上班吗",),
    ("厂里高温补贴发多少",),
)


def by_first_word(texts: list[str]) -> clusters.Rows:
    """Stand in for an embedder: what begins with the same two characters means the same."""
    names = sorted({text[:2] for text in texts})
    rows = np.zeros((len(texts), len(names)), dtype=np.float32)
    for place, text in enumerate(texts):
        rows[place, names.index(text[:2])] = 1.0
    return rows


def test_questions_of_one_meaning_come_together_and_the_others_stay_apart() -> None:
    texts = [*PARKING, "食堂能用会员卡吗", "食堂可以用会员卡吗", "羽毛球馆怎么预约"]
    rows, same = clusters.questions(texts)
    assert sorted(map(sorted, clusters.cluster(rows, same))) == [[0, 1, 2], [3, 4], [5]]


def test_an_embedder_brings_together_what_shares_no_words() -> None:
    texts = ["工资没发", "工资老板欠着不给", "合同没签"]
    rows, same = clusters.questions(texts, by_first_word)
    assert same == clusters.SAME_MEANING
    assert clusters.cluster(rows, same) == [[0, 1], [2]]
    assert clusters.questions(texts, lambda _: None)[1] == clusters.SAME_PAIRS


def test_words_that_every_question_has_bring_nothing_together() -> None:
    assert not clusters.similar("羽毛球馆怎么预约", "法律援助怎么申请")
    assert not clusters.similar("能不能报销", "能不能退会")


def test_nothing_asked_makes_no_cluster() -> None:
    assert clusters.cluster(*clusters.questions([])) == []


@pytest.mark.django_db
def test_thirty_real_questions_come_together_by_what_they_ask() -> None:
    if retrieval.embedder() is None:
        pytest.skip("no embedder on this machine")
    texts = [text for same in ASKED for text in same]
    rows, least = clusters.questions(texts, wiring.embed)
    found = {frozenset(texts[place] for place in group) for group in clusters.cluster(rows, least)}
    assert found == {frozenset(same) for same in ASKED}


def test_without_an_embedder_one_shared_word_brings_nothing_together() -> None:
    texts = ["会员卡丢了怎么补办", "会员卡怎么激活", "会员卡能打折吗", "食堂饭卡丢了怎么补办"]
    assert len(clusters.cluster(*clusters.questions(texts))) == 4


def test_whoever_is_like_one_of_a_cluster_only_stays_out_of_it() -> None:
    # A chain: each is near to the next, the ends are strangers.
    angles = np.deg2rad([0, 40, 80, 120])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert all(max(group) - min(group) <= 1 for group in clusters.cluster(rows, 0.7))


@pytest.mark.parametrize(
    ("one", "other"),
    [("工作满10年年假几天", "工作满20年年假几天"), ("工资3000元要交税吗", "工资8000元要交税吗")],
)
def test_the_same_with_another_number_is_another_question(one: str, other: str) -> None:
    assert not clusters.similar(one, other)
    assert clusters.similar(one, one)
