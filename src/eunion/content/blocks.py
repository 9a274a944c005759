"""The building blocks of a page's body."""

from __future__ import annotations

from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "document-link", "hr"]
TABLE = {"language": "zh-CN", "height": 160, "renderer": "text"}


class FactsBlock(blocks.StructBlock):
    """A box with the few things to remember."""

    title = blocks.CharBlock(label="标题", default="记住这几点", max_length=30)
    points = blocks.ListBlock(blocks.CharBlock(label="要点", max_length=120), label="要点")

    class Meta:
        icon = "list-ul"
        label = "要点框"
        template = "content/blocks/facts.html"


class BodyBlock(blocks.StreamBlock):
    """What editors put a page together from."""

    heading = blocks.CharBlock(label="小标题", icon="title", template="content/blocks/heading.html")
    paragraph = blocks.RichTextBlock(label="正文", features=RICH_TEXT)
    image = ImageBlock(label="图片", template="content/blocks/image.html")
    facts = FactsBlock()
    quote = blocks.BlockQuoteBlock(label="引文")
    table = TableBlock(label="表格", table_options=TABLE, template="content/blocks/table.html")
    attachment = DocumentChooserBlock(label="附件", template="content/blocks/attachment.html")
