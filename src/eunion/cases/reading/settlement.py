"""Settlement sheets of the medical insurance (医保结算单)."""

from eunion.cases.reading import grammar
from eunion.cases.reading.labels import Field

CLUES = {
    "结算单": 5, "结算日期": 1, "结算时间": 1, "基金支付": 1, "个人负担": 2, "起付标准": 1, "费用总额": 2, "医疗费总额": 2,
    "参保人": 1,
}  # fmt: skip
FIELDS = {
    "name": Field(("参保人姓名", "患者姓名", "姓名"), grammar.name),
    "id_number": Field(("公民身份号码", "身份证号码", "身份证号", "证件号码"), grammar.id_number),
    "hospital": Field(
        ("定点医疗机构", "医疗机构名称", "医院名称", "就诊医院"), grammar.hospital, anywhere=grammar.hospital
    ),
    "admitted": Field(("入院日期", "入院时间", "住院日期", "住院时间"), grammar.date, below=True),
    "discharged": Field(("出院日期", "出院时间"), grammar.date, below=True),
    "settled": Field(("结算日期", "结算时间"), grammar.date, below=True),
    "total": Field(
        ("医疗费用总额", "医疗费总额", "医疗总费用", "费用总额", "总费用", "医疗费用合计"),
        grammar.amount,
        below=True,
    ),
    "fund": Field(
        ("基金支付总额", "医保基金支付", "统筹基金支付", "基金支付", "医保支付", "统筹支付"), grammar.amount, below=True
    ),
    "self_paid": Field(
        ("个人负担总额", "个人负担总金额", "个人负担", "个人自付合计", "个人支付", "个人支付总额"),
        grammar.amount,
        below=True,
    ),
}  # fmt: skip
