"""One made-up stay in hospital, which all papers of a claim tell alike. Nobody and no hospital in it is real."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from eunion.registry.codes import id_check_digit
from eunion.sandbox.demo import names

# Division codes that GB/T 2260 gives to no place.
_DIVISIONS = ("990101", "990102", "990203", "990311", "990425")
HOSPITALS = (
    "河湾市第一人民医院", "河湾市中医医院", "古渡区人民医院", "望河骨科医院", "河湾大学附属织云医院",
    "鼓台区妇幼保健院", "杏林坡康复医院", "临津中心医院", "河湾市第三人民医院", "白鹭洲肿瘤医院",
)  # fmt: skip
DIAGNOSES = (
    "急性阑尾炎", "肺部感染", "右侧桡骨远端骨折", "胆囊结石伴胆囊炎", "2型糖尿病", "高血压病2级", "冠状动脉粥样硬化性心脏病",
    "腰椎间盘突出症", "急性胃肠炎", "脑梗死", "甲状腺结节", "右侧输尿管结石",
)  # fmt: skip
BANKS = {
    "中国工商银行": "622202", "中国建设银行": "621700", "中国农业银行": "622848", "中国银行": "621661",
    "交通银行": "622260", "中国邮政储蓄银行": "622188", "招商银行": "621483",
}  # fmt: skip


@dataclass(frozen=True)
class Story:
    """A person, a stay and its bill. Money is in fen."""

    name: str
    sex: str
    id_number: str
    born: datetime.date
    address: str
    hospital: str
    department: str
    diagnosis: str
    admitted: datetime.date
    discharged: datetime.date
    settled: datetime.date
    invoice_number: str
    invoice_code: str
    items: tuple[tuple[str, int], ...]
    total: int
    fund: int
    account: int
    cash: int
    bank: str
    card_number: str

    @property
    def self_paid(self) -> int:
        """What the person paid, from the medical account and in cash."""
        return self.account + self.cash


def story(rng: random.Random) -> Story:
    """Make one up."""
    female = rng.random() < 0.5
    born = datetime.date(1966, 1, 1) + datetime.timedelta(days=rng.randrange(14_000))
    admitted = datetime.date(2026, 1, 5) + datetime.timedelta(days=rng.randrange(250))
    discharged = admitted + datetime.timedelta(days=rng.randint(2, 24))
    kinds = (
        "床位费",
        "诊查费",
        "检查费",
        "化验费",
        "治疗费",
        "手术费",
        "护理费",
        "卫生材料费",
        "西药费",
        "中成药费",
    )
    items = tuple((kind, rng.randint(3_000, 480_000)) for kind in rng.sample(kinds, rng.randint(5, 8)))
    total = sum(amount for _, amount in items)
    fund = round(total * rng.uniform(0.35, 0.85))
    account = rng.choice((0, rng.randint(0, (total - fund) // 2)))
    bank, prefix = rng.choice(sorted(BANKS.items()))
    return Story(
        name=rng.choice(names.SURNAMES) + rng.choice(names.FEMALE_GIVEN if female else names.MALE_GIVEN),
        sex="女" if female else "男",
        id_number=_id_number(rng, born, female),
        born=born,
        address=f"河湾市{rng.choice(names.STREETS)}{rng.randint(1, 300)}号{rng.randint(1, 30)}栋{rng.randint(1, 6)}0{rng.randint(1, 4)}室",
        hospital=rng.choice(HOSPITALS),
        department=rng.choice(("普外科", "骨科一病区", "内分泌科", "心血管内科", "神经内科", "呼吸内科")),
        diagnosis=rng.choice(DIAGNOSES),
        admitted=admitted,
        discharged=discharged,
        settled=discharged + datetime.timedelta(days=rng.randrange(3)),
        invoice_number="".join(rng.choices("0123456789", k=10)),
        invoice_code="99" + "".join(rng.choices("0123456789", k=6)),
        items=items,
        total=total,
        fund=fund,
        account=account,
        cash=total - fund - account,
        bank=bank,
        card_number=_card_number(rng, prefix),
    )


def _id_number(rng: random.Random, born: datetime.date, female: bool) -> str:
    order = rng.randrange(499) * 2 + (0 if female else 1)
    first_17 = f"{rng.choice(_DIVISIONS)}{born:%Y%m%d}{order:03d}"
    return first_17 + id_check_digit(first_17)


def _card_number(rng: random.Random, prefix: str) -> str:
    """Return 19 digits that pass Luhn's check."""
    body = prefix + "".join(rng.choices("0123456789", k=12))
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return body + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def yuan(fen: int) -> str:
    """Write an amount as papers do: 1234.56."""
    return f"{fen // 100}.{fen % 100:02d}"


def grouped(fen: int) -> str:
    """Write an amount with thousands marked: 1,234.56."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def in_capitals(fen: int) -> str:
    """Write an amount in the capitals of receipts: 壹仟贰佰叁拾肆元伍角陆分."""
    digits, units = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
    text, pending = "", False
    whole = str(fen // 100)
    for place, digit in enumerate(whole):
        power = len(whole) - 1 - place
        if digit != "0":
            text += ("零" if pending and text else "") + digits[int(digit)] + units[power % 4]
            pending = False
        else:
            pending = True
        if power == 4 and text:
            text += "万"
            pending = False
    tenth, hundredth = fen // 10 % 10, fen % 10
    text += "元"
    if tenth == hundredth == 0:
        return text + "整"
    return (
        text + (digits[tenth] + "角" if tenth else "零") + (digits[hundredth] + "分" if hundredth else "整")
    )
