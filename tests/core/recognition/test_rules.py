"""The table of rules is sound."""

from __future__ import annotations

from core.recognition.finding import Act
from core.recognition.lexicon_en import ENGLISH
from core.recognition.lexicon_vi import VIETNAMESE
from core.recognition.rules import RULES, probabilities, strongest
from core.requests import OnBehalf, Right

SIGNS = {"answer", "code", "named", "account", "link", "len0", "len1", "len2", "len3", "len4"}


def test_every_right_act_and_person_has_rules() -> None:
    decided = {*Right, Act.CANCEL, Act.STATUS, Act.MORE, Act.NONE, OnBehalf.CHILD, OnBehalf.AGENT}
    assert set(RULES) == {str(name) for name in decided}


def test_both_lexicons_know_the_same_concepts() -> None:
    assert VIETNAMESE.keys() == ENGLISH.keys()


def test_every_rule_speaks_of_concepts_that_exist() -> None:
    cues = {rule.split()[0] for _, rules in RULES.values() for rule in rules.split(",")}
    concepts = {part.removeprefix("bare:").removeprefix("not:") for cue in cues for part in cue.split(">")}
    assert concepts <= SIGNS | VIETNAMESE.keys()


def test_a_cue_that_speaks_for_something_raises_its_probability() -> None:
    cue = strongest("deletion", ["DELETE", "ORDER"])[0]
    assert cue == "DELETE"
    assert probabilities([cue])["deletion"] > probabilities([])["deletion"]


def test_no_number_of_cues_leaves_the_bounds() -> None:
    everything = [rule.split()[0] for _, rules in RULES.values() for rule in rules.split(",")]
    assert all(0 <= chance <= 1 for chance in probabilities(everything).values())
