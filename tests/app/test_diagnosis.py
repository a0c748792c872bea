"""What the doctor found, shown as text, on a terminal and in a notebook."""

import re

import pytest

from vit_course.app.diagnosis import Diagnosis, Finding, Lesson

GOOD = Finding("Python", "3.12.1")
BAD = Finding("data/[x].gz", "changed <or> cut short", "git checkout -- 'data/[x].gz'" + " and a long way to go" * 10)
NOTE = Finding("GPU", "cannot be used", "update its driver", blocking=False)


@pytest.mark.parametrize(("findings", "healthy"), [([GOOD], True), ([GOOD, NOTE], True), ([GOOD, NOTE, BAD], False)])
def test_healthy_unless_something_blocks(findings, healthy):
    assert Diagnosis(findings, []).healthy is healthy


def test_text_has_findings_lessons_and_whole_remedies():
    text = repr(Diagnosis([GOOD, BAD, NOTE], [Lesson("01 embeddings", 60, 0.25)]))
    assert re.search(r"✓ +│ Python +│ 3\.12\.1", text)
    assert "✗" in text and "!" in text
    assert re.search(r"01 embeddings +│ 60 +│ 0\.2", text)
    assert BAD.remedy in text  # on one line, to be copied
    assert "cannot be done" in text
    assert "All is well" in repr(Diagnosis([GOOD], []))


def test_html_is_escaped():
    page = Diagnosis([BAD], [Lesson("01 embeddings", 60, 0.25)])._repr_html_()
    assert "changed &lt;or&gt; cut short" in page
    assert "<code>git checkout" in page
    assert "01 embeddings" in page


def test_text_is_plain_in_a_notebook_too(monkeypatch):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert "\x1b" not in repr(Diagnosis([BAD], []))
