from __future__ import annotations

from pathlib import Path

from core.policy import Policy
from templates.check import template_problems
from templates.render import Texts


def _problems(policy: Policy, folder: Path, path: str, text: str) -> list[str]:
    target = folder / "notices" / path
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    return template_problems(Texts(policy, folder), folder)


def test_our_own_texts_have_no_problems(texts: Texts) -> None:
    assert template_problems(texts) == []


def test_an_unknown_field_is_reported_with_its_place(policy: Policy, tmp_path: Path) -> None:
    problems = _problems(policy, tmp_path, "en/verified/chat.txt", "Dear {{ customer }}")
    assert problems == ["notices/en/verified (chat): 'customer' is undefined"]


def test_a_mistake_in_the_branch_that_samples_do_not_take_is_found(policy: Policy, tmp_path: Path) -> None:
    text = "{% if files %}Files follow.{% else %}{{ oops }}{% endif %}"
    problems = _problems(policy, tmp_path, "vi/completed/body.txt", text)
    assert problems == ["notices/vi/completed (mail): 'oops' is undefined"]


def test_a_syntax_error_is_reported(policy: Policy, tmp_path: Path) -> None:
    problems = _problems(policy, tmp_path, "vi/status/subject.txt", "{% if %}")
    assert len(problems) == 1
    assert problems[0].startswith("notices/vi/status (mail): ")


def test_a_file_that_nothing_reads_is_reported(policy: Policy, tmp_path: Path) -> None:
    problems = _problems(policy, tmp_path, "vi/acknowlegement/body.txt", "Chào bạn")
    assert problems == ["notices/vi/acknowlegement/body.txt: no notice reads this file"]
