"""Bank cards, or a print of the account's page."""

from eunion.cases.reading import grammar
from eunion.cases.reading.labels import Field

CLUES = {
    "银联": 3,
    "UnionPay": 3,
    "借记卡": 3,
    "储蓄卡": 3,
    "开户行": 2,
    "卡号": 2,
    "户名": 1,
    "银行": 1,
    "账户信息": 1,
}
FIELDS = {
    "card_number": Field(
        ("卡号", "账号", "银行卡号"), grammar.card_number, below=True, anywhere=grammar.card_number
    ),
    "bank": Field(("开户行", "开户银行"), grammar.bank, anywhere=grammar.bank),
    "name": Field(("户名", "持卡人", "账户名称"), grammar.name),
}
