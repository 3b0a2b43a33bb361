"""Each rule refuses the fault that it is for, in a folder of an invented company's own texts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import templates
from core.notices import NOTICES
from core.policy import Policy
from templates.lint import Fault, faults
from templates.render import Texts
from templates.required import REQUIRED

SHIPPED = Path(templates.__file__).parent / "notices"


def _faults(policy: Policy, folder: Path, **files: str) -> list[Fault]:
    """The faults of a folder in which files have these texts; "vi/code/chat.txt" is written vi__code__chat_txt."""
    for name, text in files.items():
        language, notice, medium = name.split("__")
        target = folder / "notices" / language / notice / medium.replace("_", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    names = {name.split("__")[1] for name in files} & NOTICES.keys()
    return faults(Texts(policy, folder), policy, folder, names)


def _told(found: list[Fault], file: str) -> str:
    """All that is said of one file, as one text."""
    return " | ".join(f"{fault.what} ({fault.mend})" for fault in found if fault.file == f"notices/{file}")


def _shipped(file: str) -> str:
    return (SHIPPED / file).read_text(encoding="utf-8")


def test_the_shipped_notices_have_no_faults(texts: Texts, policy: Policy) -> None:
    assert faults(texts, policy) == []


def test_what_is_required_is_required_of_notices_that_there_are() -> None:
    assert NOTICES.keys() >= REQUIRED.keys()


@pytest.mark.parametrize(
    ("file", "cut", "what"),
    [
        ("vi/acknowledgement/body.txt", "{{ reference }}", "the reference"),
        ("en/acknowledgement/chat.txt", '{% include "lines.txt" %}', "what we understood"),
        ("en/acknowledgement/body.html", '{% include "lines.html" %}', "the due date"),
        ("vi/acknowledgement/body.html", '{% include "complaint.html" %}', "how to complain"),
        ("en/refused/body.txt", "{{ reason | reason }}", "the reason"),
        ("vi/refused/chat.txt", '{{ say("letter.court") }}', "the way to a court"),
        (
            "vi/completed/body.html",
            '{% include "outcomes.html" %}',
            "what was done, and why something was not",
        ),
        ("en/completed/chat.txt", '{% include "outcomes.txt" %}', "what is kept, and who was told"),
        ("en/code/body.txt", "{{ code }}", "the field code"),
        ("vi/extension/chat.txt", "{{ why }}", "the field why"),
        ("en/breach_information/body.html", "{{ advice }}", "the field advice"),
        ("vi/instruction/body.txt", "{{ due | day }}", "the due date"),
    ],
)
def test_a_required_element_that_is_left_out_is_named_with_its_file(
    policy: Policy, tmp_path: Path, file: str, cut: str, what: str
) -> None:
    text = _shipped(file)
    assert cut in text
    target = tmp_path / "notices" / file
    target.parent.mkdir(parents=True)
    target.write_text(text.replace(cut, ""), encoding="utf-8")
    # The frame of a mail tells the reference as well: a company that drops both is told.
    for frame in ("layout.txt", "layout.html"):
        bare = _shipped(frame).replace("reference is defined", "false")
        (tmp_path / "notices" / frame).write_text(bare, encoding="utf-8")
    assert f"does not say {what}" in _told(
        faults(Texts(policy, tmp_path), policy, tmp_path, [file.split("/")[1]]), file
    )


def test_a_text_that_does_not_say_how_to_answer_is_refused(policy: Policy, tmp_path: Path) -> None:
    found = _faults(policy, tmp_path, en__needs_more__chat_txt="{{ reference }}: {{ question }}")
    assert "does not say how to set us right" in _told(found, "en/needs_more/chat.txt")


def test_an_element_is_looked_for_in_every_branch(policy: Policy, tmp_path: Path) -> None:
    text = '{% if on_behalf != "agent" %}' + _shipped("en/reminder/chat.txt") + "{% endif %}Soon."
    found = _faults(policy, tmp_path, en__reminder__chat_txt=text)
    assert "does not say the reference" in _told(found, "en/reminder/chat.txt")


def test_an_unknown_field_is_refused_also_where_no_sample_goes(policy: Policy, tmp_path: Path) -> None:
    text = _shipped("en/verified/chat.txt") + '{% if reference == "no" %}{{ customer }}{% endif %}'
    told = _told(_faults(policy, tmp_path, en__verified__chat_txt=text), "en/verified/chat.txt")
    assert "unknown fields: customer" in told
    assert "There are: authority," in told


def test_languages_that_use_different_fields_are_refused(policy: Policy, tmp_path: Path) -> None:
    text = _shipped("vi/lapsed/chat.txt").replace("{{ days }}", "nhiều")
    told = _told(_faults(policy, tmp_path, vi__lapsed__chat_txt=text), "vi/lapsed/chat.txt")
    assert "uses other fields than notices/en/lapsed/chat.txt: days" in told


def test_media_that_use_different_fields_are_refused(policy: Policy, tmp_path: Path) -> None:
    files = {
        f"{language}__lapsed__body_html": _shipped(f"{language}/lapsed/body.html").replace("{{ days }}", "10")
        for language in ("vi", "en")
    }
    told = _told(_faults(policy, tmp_path, **files), "vi/lapsed/body.html")
    assert "uses other fields than body.txt: days" in told


@pytest.mark.parametrize(
    ("seen", "what"),
    [
        ('{{ "{{ name }}" }}', "a placeholder that was not filled in"),
        ("{{ none }}", "a value that was not put into words: 'None'"),
        ("not_on_file", "a name meant for machines: 'not_on_file'"),
        ("{{ lines[0].due }}", "a date as machines write it: '2026-12-03'"),
    ],
)
def test_what_no_reader_should_see_is_refused(policy: Policy, tmp_path: Path, seen: str, what: str) -> None:
    text = _shipped("en/verified/chat.txt") + seen
    told = _told(_faults(policy, tmp_path, en__verified__chat_txt=text), "en/verified/chat.txt")
    assert what in told


def test_an_address_with_an_underscore_is_no_machine_word(policy: Policy, tmp_path: Path) -> None:
    text = _shipped("en/verified/chat.txt") + "privacy_desk@example.com https://example.com/your_data"
    assert not _told(_faults(policy, tmp_path, en__verified__chat_txt=text), "en/verified/chat.txt")


def test_a_subject_that_mail_programs_cut_off_is_refused(policy: Policy, tmp_path: Path) -> None:
    found = _faults(policy, tmp_path, en__verified__subject_txt="[{{ reference }}] " + "Thank you " * 7)
    assert "the subject has 84 characters; at most 78 are shown whole" in _told(
        found, "en/verified/subject.txt"
    )


@pytest.mark.parametrize(
    ("remote", "what"),
    [
        ('<img src="https://tracker.example/pixel.gif">', "src=https://tracker.example/pixel.gif"),
        ('<img srcset="//cdn.example/a.png 2x">', "srcset=//cdn.example/a.png 2x"),
        ('<a href="https://shop.example">Visit us</a>', "href=https://shop.example"),
        ('<a href="javascript:alert(1)">Open</a>', "href=javascript:alert(1)"),
        ('<p style="background: url( //cdn.example/a.png )">', "url("),
        ("<style>@import '//cdn.example/a.css';</style>", "@import"),
        ('<p onclick="go()">Open</p>', "onclick=go()"),
        ("<script>alert(1)</script>", "<script>"),
        ("<iframe></iframe>", "<iframe>"),
        ('<form action="/"></form>', "<form>"),
    ],
)
def test_content_from_elsewhere_is_refused(policy: Policy, tmp_path: Path, remote: str, what: str) -> None:
    html = _shipped("en/verified/body.html").replace("{% block body %}", "{% block body %}" + remote)
    told = _told(_faults(policy, tmp_path, en__verified__body_html=html), "en/verified/body.html")
    assert f"remote content: {what}" in told


def test_a_mail_address_and_the_authority_may_be_linked(policy: Policy, tmp_path: Path) -> None:
    links = '<p><a href="mailto:help@example.com">us</a> <a href="{{ authority_url }}">them</a></p>'
    html = _shipped("en/verified/body.html").replace("{% block body %}", "{% block body %}" + links)
    assert "remote" not in _told(
        _faults(policy, tmp_path, en__verified__body_html=html), "en/verified/body.html"
    )


def test_a_broken_and_an_unread_file_are_told_too(policy: Policy, tmp_path: Path) -> None:
    found = _faults(policy, tmp_path, en__verified__chat_txt="{% if %}", en__verfied__chat_txt="Thanks")
    assert "Mend the template" in _told(found, "en/verified (chat)")
    assert "no notice reads this file" in _told(found, "en/verfied/chat.txt")


def test_every_fault_says_how_to_mend_it_and_stands_there_once(policy: Policy, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "en" / "refused", tmp_path / "notices" / "en" / "refused")
    found = _faults(policy, tmp_path, en__refused__chat_txt="no_reason given")
    assert len(found) == len(set(found)) > 4
    assert all(fault.mend.endswith(".") for fault in found)
