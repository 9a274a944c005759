"""Discharge records and summaries (出院记录、出院小结)."""

from eunion.cases.reading import grammar
from eunion.cases.reading.labels import Field

CLUES = {
    "出院记录": 5,
    "出院小结": 5,
    "入院诊断": 2,
    "出院诊断": 2,
    "诊疗经过": 2,
    "出院医嘱": 2,
    "医师签名": 1,
}
FIELDS = {
    "name": Field(("患者姓名", "姓名"), grammar.name),
    "hospital": Field(("医院名称", "医疗机构"), grammar.hospital, anywhere=grammar.hospital),
    "admitted": Field(("入院日期", "入院时间"), grammar.date, below=True),
    "discharged": Field(("出院日期", "出院时间"), grammar.date, below=True),
    "diagnosis": Field(("出院诊断", "主要诊断"), grammar.diagnosis, below=True),
}
