"""DOCX: what stands in the page stands in the paper, ready to be edited."""

from __future__ import annotations

import io

from docx import Document

from eunion.cases import word

HTML = """<html><head><style>p { color: red }</style></head><body><h1>申请书</h1><p>第一行<br>第二行</p>
<table><tr><th>序号</th><th>证据</th></tr><tr><td>1</td><td>工资条 &amp; 流水</td></tr><tr><td>2</td></tr></table>
<li>请求一</li><p class="end">申请人：王某</p></body></html>"""


def test_headings_paragraphs_tables_and_items_are_kept_in_order() -> None:
    paper = Document(io.BytesIO(word.docx(HTML)))
    assert [one.text for one in paper.paragraphs] == ["申请书", "第一行\n第二行", "请求一", "申请人：王某"]
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert rows == [["序号", "证据"], ["1", "工资条 & 流水"], ["2", ""]]


def test_chinese_text_has_a_chinese_font() -> None:
    paper = Document(io.BytesIO(word.docx(HTML)))
    assert 'w:eastAsia="宋体"' in paper.styles["Normal"].element.xml
