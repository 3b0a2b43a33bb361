from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import templates
from templates.phrasebook import Phrasebook, PhraseError, parse_phrase, read_phrases

FOLDER = Path(templates.__file__).parent / "phrases"
ROOT = FOLDER.parent.parent


def test_both_languages_have_the_same_phrases_with_the_same_fields() -> None:
    vi, en = (read_phrases(FOLDER / f"{language}.toml") for language in ("vi", "en"))
    assert {key: phrase.fields for key, phrase in vi.items()} == {
        key: phrase.fields for key, phrase in en.items()
    }
    assert list(vi) == list(en)


def test_every_phrase_that_the_code_names_exists() -> None:
    known = read_phrases(FOLDER / "vi.toml").keys()
    tables = {key.partition(".")[0] for key in known}
    sources = [path for folder in ("core", "flows", "app") for path in (ROOT / folder).rglob("*.py")]
    named = {
        name
        for source in sources
        for name in re.findall(r'"([a-z_]+\.[a-z_]+)"', source.read_text(encoding="utf-8"))
        if name.partition(".")[0] in tables
    }
    assert named
    assert named <= known


def test_no_phrase_is_empty_or_has_outer_blanks_at_its_end() -> None:
    for path in FOLDER.glob("*.toml"):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        texts = [text for table in tables.values() for text in table.values()]
        assert all(text and text == text.rstrip() for text in texts)


def test_a_button_label_is_short_enough_to_be_read_on_a_phone() -> None:
    for path in FOLDER.glob("*.toml"):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        for table in ("button", "reason_label", "status_label"):
            assert all(len(label) <= 30 for label in tables[table].values())


def test_what_answers_a_tap_fits_into_the_callout_of_a_chat() -> None:
    for path in FOLDER.glob("*.toml"):
        staff = tomllib.loads(path.read_text(encoding="utf-8"))["staff"]
        answers = {key: text for key, text in staff.items() if key not in ("help", "details_head")}
        assert {key for key, text in answers.items() if len(text) > 200} == set()


@pytest.mark.parametrize("text", ["{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{a", "a}"])
def test_only_plain_named_fields_are_allowed(text: str) -> None:
    with pytest.raises(PhraseError):
        parse_phrase(text)


def test_doubled_braces_stand_for_themselves() -> None:
    phrase = parse_phrase("{{{name}}}")
    assert phrase.fields == {"name"}
    assert phrase.fill({"name": "{x}"}) == "{{x}}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a language of two phrases, and one to change it."""
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    (tmp_path / "first" / "vi.toml").write_text('[a]\none = "một {x} {y}"\ntwo = "hai"\n', encoding="utf-8")
    return tmp_path


def _book(own: Path, name: str, text: str) -> Phrasebook:
    (own / "second" / name).write_text(text, encoding="utf-8")
    return Phrasebook([own / "first", own / "second"])


def test_a_later_folder_may_change_a_phrase_and_use_fewer_fields(own: Path) -> None:
    book = _book(own, "vi.toml", '[a]\none = "chỉ {y}"\n')
    assert book.fill("a.one", "vi", {"x": "1", "y": "2"}) == "chỉ 2"
    assert book.fill("a.two", "vi", {}) == "hai"


def test_all_mistakes_of_a_file_are_told_at_once(own: Path) -> None:
    with pytest.raises(PhraseError, match=r"vi\.toml: a\.one has no field z; there is no phrase a\.three"):
        _book(own, "vi.toml", '[a]\none = "{z}"\nthree = "ba"\n')


def test_a_new_language_must_be_complete(own: Path) -> None:
    with pytest.raises(PhraseError, match=r"fr\.toml: missing a\.two"):
        _book(own, "fr.toml", '[a]\none = "un {x} {y}"\n')
    assert _book(own, "fr.toml", '[a]\none = "un {x} {y}"\ntwo = "deux"\n').languages == {"vi", "fr"}


@pytest.mark.parametrize("text", ['one = "outside"\n', "[a]\none = 1\n", "[a]\n[a.one]\nb = 'deep'\n"])
def test_anything_but_texts_in_tables_is_refused(own: Path, text: str) -> None:
    with pytest.raises(PhraseError):
        _book(own, "vi.toml", text)
