"""What the application asks: the applicant, the family, the year's figures, causes, what needs a word, the account."""

from __future__ import annotations

from eunion.cases.declaration import Field, When

EMPLOYMENT = (
    ("employed", "在单位上班的职工"),
    ("migrant", "外地（农村）户籍，在本区上班"),
    ("flexible", "灵活就业，没有单位"),
    ("unemployed", "失业"),
)
EMPLOYMENT_PROVED = ("migrant",)
# Who has no employer's union applies at the subdistrict's.
BY_SUBDISTRICT = ("flexible", "unemployed")
STATUS = (
    ("working", "在职上班"),
    ("casual", "打零工"),
    ("unemployed", "失业"),
    ("retired", "退休"),
    ("student", "在校学生"),
    ("preschool", "学龄前儿童"),
    ("unable", "没有劳动能力"),
    ("farming", "务农"),
)
HEALTH = (
    ("healthy", "健康"),
    ("chronic", "慢性病"),
    ("serious", "重大疾病"),
    ("disabled", "残疾"),
)
REASONS = (
    ("illness", "本人或家人大病"),
    ("disability", "残疾"),
    ("school", "子女上学"),
    ("jobless", "失业、下岗"),
    ("low_income", "收入低"),
    ("disaster", "自然灾害"),
    ("accident", "意外事故"),
    ("single", "单亲家庭"),
    ("other", "其他"),
)

APPLICANT = (
    Field("name", "姓名", prefill="name", locked=True),
    Field("id_number", "身份证号", "id_number", prefill="id_number", locked=True),
    Field("phone", "手机号", "phone", prefill="phone"),
    Field("address", "现在住的地址", most=100, help="工会会上门看望，请写到门牌号。"),
    Field("employment", "就业情况", "choice", choices=EMPLOYMENT, counted=True),
    Field("employer", "工作单位", prefill="employer", when=When("employment", ("employed", "migrant"))),
    Field(
        "employed_since",
        "从什么时候开始在本区上班",
        "date",
        when=When("employment", EMPLOYMENT_PROVED),
        help="实际上班满一年就可以申请，换过单位也可以连起来算。",
    ),
    Field(
        "union",
        "您所在街道的工会",
        "union",
        when=When("employment", BY_SUBDISTRICT),
        help="失业和灵活就业的，向居住地的街道工会申请。输入街道名字来找。",
    ),
    Field("health", "健康状况", "choice", choices=HEALTH),
)

FAMILY = Field(
    "family",
    "家人",
    "rows",
    required=False,
    most=10,
    columns=(
        Field("name", "姓名", most=40),
        Field(
            "relation",
            "和您的关系",
            "choice",
            choices=(("spouse", "配偶"), ("child", "子女"), ("parent", "父母"), ("other", "其他")),
        ),
        Field("id_number", "身份证号", "id_number"),
        Field("status", "在做什么", "choice", choices=STATUS),
        Field("health", "健康状况", "choice", choices=HEALTH),
        Field("income", "一年的收入", "money", help="没有收入填 0。"),
    ),
)

INCOME = (
    Field("own_income", "您自己一年的收入", "money", help="工资、奖金、打零工都算，没有填 0。"),
    Field(
        "other_income",
        "家里其他收入",
        "money",
        required=False,
        help="退休金以外的补贴、房租、赡养费、低保金等；家人的工资填在上面家人里，不要重复。",
    ),
)
SPENDING = (
    Field("medical", "看病自己付的钱", "money", required=False, help="医保报销以后，自己付的部分。"),
    Field("school", "上学的钱", "money", required=False, help="学费、住宿费、书本费。"),
    Field("housing", "住房的钱", "money", required=False, help="租房的房租，或唯一住房的房贷。"),
    Field("other_spending", "其他必须花的钱", "money", required=False, help="护理费、残疾康复等。"),
)
FIGURES = (*INCOME, *SPENDING)

ACCIDENT = (
    Field("accident", "近一年有没有遇到灾害、意外事故或重大疾病", "yes_no"),
    Field(
        "accident_kind",
        "遇到了什么",
        "choice",
        choices=(("disaster", "自然灾害、火灾"), ("accident", "意外事故"), ("illness", "重大疾病")),
        when=When("accident", ("yes",)),
    ),
    Field("accident_on", "什么时候发生的", "date", when=When("accident", ("yes",))),
    Field(
        "loss",
        "损失了多少钱",
        "money",
        when=When("accident", ("yes",)),
        help="保险和别人赔偿以外，自己承担的部分。",
    ),
)

CAUSES = (
    Field("cause", "主要困难原因", "choice", choices=REASONS, counted=True),
    Field("second_cause", "次要困难原因", "choice", choices=REASONS, required=False),
    Field("story", "请说说家里的困难", "long", help="发生了什么，现在最需要什么帮助。", most=1000),
)


# What each rule book lists as standing against help; none decides by itself, each has its explanation.
STANDING_AGAINST = (
    ("costly_school", "子女上高收费的私立学校或自费留学"),
    ("properties", "名下有两套或更多住房"),
    ("company", "自己或家人开公司、当股东"),
    ("car", "名下有小汽车（残疾人代步、营运谋生的除外）"),
    ("savings", "有大额存款、股票或商业理财保险"),
)


def _asked_for_each() -> tuple[Field, ...]:
    fields: list[Field] = []
    for name, label in STANDING_AGAINST:
        fields.append(Field(name, label, "yes_no"))
        fields.append(Field(f"{name}_why", f"说明：{label}", "long", when=When(name, ("yes",)), most=500))
    return tuple(fields)


EXCLUSIONS = _asked_for_each()

BANK = (
    Field("bank", "开户银行", help="例如：中国工商银行某某支行。"),
    Field("bank_card", "银行卡号", "bank_card", help="必须是您本人的卡。加密保存，只用于发放救助款。"),
)
