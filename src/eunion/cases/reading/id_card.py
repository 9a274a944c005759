"""ID cards, front or back. Only what a claim needs is read: no address, no nation."""

from eunion.cases.reading import grammar
from eunion.cases.reading.labels import Field

CLUES = {"公民身份号码": 4, "居民身份证": 4, "签发机关": 3, "有效期限": 2, "住址": 1, "民族": 1}
FIELDS = {
    "name": Field(("姓名",), grammar.name),
    "id_number": Field(
        ("公民身份号码", "身份号码", "公民身份号"), grammar.id_number, below=True, anywhere=grammar.id_number
    ),
    "valid_until": Field(("有效期限", "有效期"), grammar.last_date, anywhere=grammar.last_date),
}
