"""Who may ask for somebody else: the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.buttons import LONGEST, card_token
from core.effects import Tell, To
from core.happenings import Event, Happening
from core.lifecycle import advance
from core.messages import Attachment, Verb
from core.person_says import may_hold_mandate, says_not_my_wish, says_to_agent
from core.policy import Agents, Children, MandateRule, Policy
from core.policy_parsing import parse_policy
from core.recording import RECORDS, noted, recorded
from core.representation import (
    Missing,
    answer_address,
    band_of,
    band_of_years,
    person_meant,
    recordable,
    what_is_missing,
)
from core.represented import AgeBand, AnswerTo, ChildView, Mandate, Relation, Representation
from core.requests import OnBehalf, Proof, Request, Right, Status
from tests.core.samples import MAIL, NOON, ON_FILE, PERSON, POLICY, a_request
from tests.core.test_policy import problems_of, small_policy

TODAY = date(2026, 11, 23)
CHILD_ON_FILE = replace(PERSON, born=(2015, 2015))
WANTS_PAPER = replace(POLICY, agents=Agents(mandate=MandateRule.REQUIRED))
ASKS_NOBODY = replace(POLICY, agents=Agents(ask_person=False))
UNCHECKED = Representation()
PAPER = Representation(mandate=Mandate.VALID)
NO_PAPER = Representation(mandate=Mandate.NOT_VALID)


def of_child(**noted: object) -> Request:
    record = Representation(**noted)  # type: ignore[arg-type]
    return a_request(on_behalf=OnBehalf.CHILD, representation=record, status=Status.IN_REVIEW)


def of_agent(proof: Proof, record: Representation = UNCHECKED) -> Request:
    proven = ON_FILE if proof is Proof.CONTACT else None
    return a_request(
        on_behalf=OnBehalf.AGENT,
        representation=record,
        proof=proof,
        proven_contact=proven,
        status=Status.IN_REVIEW,
    )


# --- ages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ((2021, 2021), AgeBand.BELOW_CONSENT),
        ((2020, 2021), AgeBand.BELOW_CONSENT),
        ((2019, 2019), AgeBand.UNRECORDED),  # six or seven
        ((2018, 2018), AgeBand.BELOW_ADULT),
        ((2011, 2018), AgeBand.BELOW_ADULT),
        ((2010, 2010), AgeBand.UNRECORDED),  # fifteen or sixteen
        ((2009, 2009), AgeBand.ADULT),
        ((1990, 1999), AgeBand.ADULT),
        ((2005, 2022), AgeBand.UNRECORDED),
    ],
)
def test_years_of_birth_give_a_band_only_where_no_birthday_can_change_it(
    born: tuple[int, int], band: AgeBand
) -> None:
    assert band_of_years(born, POLICY, TODAY) is band


def test_the_policy_says_where_the_bands_begin() -> None:
    later = replace(POLICY, children=Children(consent_from=10, adult_from=18))
    assert band_of_years((2018, 2018), later, TODAY) is AgeBand.BELOW_CONSENT
    assert band_of_years((2009, 2009), later, TODAY) is AgeBand.BELOW_ADULT


@pytest.mark.parametrize(
    ("on_behalf", "years", "band"),
    [
        (OnBehalf.SELF, None, AgeBand.ADULT),
        (OnBehalf.SELF, (2016, 2016), AgeBand.BELOW_ADULT),
        (OnBehalf.AGENT, None, AgeBand.ADULT),
        (OnBehalf.AGENT, (2016, 2016), AgeBand.BELOW_ADULT),
        (OnBehalf.CHILD, None, AgeBand.UNRECORDED),
        (OnBehalf.CHILD, (2016, 2016), AgeBand.BELOW_ADULT),
        (OnBehalf.CHILD, (2009, 2009), AgeBand.ADULT),
    ],
)
def test_who_asks_for_themselves_is_taken_for_grown_up_unless_the_file_says_otherwise(
    on_behalf: OnBehalf, years: tuple[int, int] | None, band: AgeBand
) -> None:
    request = a_request(on_behalf=on_behalf, subject=replace(PERSON, born=years))
    assert band_of(request, POLICY, TODAY) is band


def test_the_age_of_a_parent_on_file_is_not_taken_for_the_childs() -> None:
    parent = replace(PERSON, contacts=(MAIL,), born=(1985, 1985))
    assert band_of(a_request(on_behalf=OnBehalf.CHILD, subject=parent), POLICY, TODAY) is AgeBand.UNRECORDED


def test_what_a_person_recorded_counts_more_than_the_file() -> None:
    record = Representation(age=AgeBand.BELOW_CONSENT)
    request = a_request(subject=replace(PERSON, born=(1990, 1990)), representation=record)
    assert band_of(request, POLICY, TODAY) is AgeBand.BELOW_CONSENT


# --- what is missing ------------------------------------------------------------------------------

BIRTH, AGREES = Relation.BIRTH_CERTIFICATE_SEEN, ChildView.AGREES


@pytest.mark.parametrize(
    ("request_", "missing"),
    [
        (a_request(), ()),
        (of_child(), (Missing.AGE,)),
        (of_child(age=AgeBand.BELOW_CONSENT), (Missing.RELATION,)),
        (of_child(age=AgeBand.BELOW_CONSENT, relation=BIRTH), ()),
        (of_child(age=AgeBand.BELOW_ADULT), (Missing.RELATION, Missing.VIEW)),
        (of_child(age=AgeBand.BELOW_ADULT, relation=BIRTH), (Missing.VIEW,)),
        (of_child(age=AgeBand.BELOW_ADULT, view=AGREES), (Missing.RELATION,)),
        (of_child(age=AgeBand.BELOW_ADULT, relation=BIRTH, view=AGREES), ()),
        (of_child(age=AgeBand.BELOW_ADULT, relation=BIRTH, view=ChildView.WOULD_HARM), ()),
        (of_child(age=AgeBand.BELOW_ADULT, relation=BIRTH, view=ChildView.DISAGREES), (Missing.CONSENT,)),
        (of_child(age=AgeBand.NOT_KNOWN, relation=BIRTH), (Missing.VIEW,)),
        (of_child(age=AgeBand.ADULT), (Missing.MANDATE,)),
    ],
)
def test_what_a_childs_request_lacks(request_: Request, missing: tuple[Missing, ...]) -> None:
    assert what_is_missing(request_, POLICY, TODAY) == missing


def test_a_child_who_writes_alone_is_never_approved_on_its_own_word() -> None:
    alone = a_request(subject=CHILD_ON_FILE, proof=Proof.CONTACT, proven_contact=ON_FILE)
    assert what_is_missing(alone, POLICY, TODAY) == (Missing.RELATION, Missing.VIEW)


def test_seventeen_is_grown_up_and_the_persons_own_code_is_enough() -> None:
    grown = replace(PERSON, born=(2009, 2009))
    alone = a_request(subject=grown, proof=Proof.CONTACT, proven_contact=ON_FILE)
    by_parent = replace(alone, on_behalf=OnBehalf.CHILD)
    assert what_is_missing(alone, POLICY, TODAY) == ()
    assert what_is_missing(by_parent, POLICY, TODAY) == ()


@pytest.mark.parametrize(
    ("proof", "record", "policy", "lacks"),
    [
        (Proof.CONTACT, Representation(), POLICY, False),
        (Proof.CONTACT, NO_PAPER, POLICY, False),
        (Proof.CONTACT, Representation(), WANTS_PAPER, True),
        (Proof.CONTACT, NO_PAPER, WANTS_PAPER, True),
        (Proof.CONTACT, PAPER, WANTS_PAPER, False),
        (Proof.BY_HAND, Representation(), POLICY, False),
        (Proof.BY_HAND, NO_PAPER, POLICY, True),
        (Proof.NOT_NEEDED, Representation(), POLICY, True),
        (Proof.NOT_NEEDED, PAPER, POLICY, False),
        (Proof.NOT_NEEDED, Representation(), ASKS_NOBODY, False),
    ],
)
def test_an_agent_needs_the_persons_word_or_a_paper_as_the_policy_has_it(
    proof: Proof, record: Representation, policy: Policy, lacks: bool
) -> None:
    missing = what_is_missing(of_agent(proof, record), policy, TODAY)
    assert missing == ((Missing.MANDATE,) if lacks else ())


def test_a_code_at_the_agents_own_address_is_not_the_persons_word() -> None:
    request = replace(of_agent(Proof.CONTACT), subject=replace(PERSON, contacts=(MAIL,)))
    assert what_is_missing(request, POLICY, TODAY) == (Missing.MANDATE,)


def test_an_agent_who_is_on_file_is_never_the_person_they_ask_for() -> None:
    request = of_agent(Proof.PENDING)
    assert person_meant(request, replace(PERSON, contacts=(MAIL,))) is None
    assert person_meant(request, PERSON) == PERSON
    assert person_meant(a_request(), replace(PERSON, contacts=(MAIL,))) is not None


# --- the policy -----------------------------------------------------------------------------------


def test_ages_and_mandates_are_read_from_the_policy() -> None:
    given = {"children": {"adult_from": 18}, "agents": {"ask_person": False, "mandate": "required"}}
    policy = parse_policy(small_policy() | given)
    assert policy.children == Children(7, 18)
    assert policy.agents == Agents(False, MandateRule.REQUIRED)
    assert parse_policy(small_policy()).agents == Agents()


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ({"children": {"consent_from": 17}}, "children.consent_from"),
        ({"children": {"adult_from": -1}}, "children.adult_from"),
        ({"agents": {"mandate": "always"}}, "agents.mandate"),
        ({"agents": {"ask": True}}, "agents.ask"),
    ],
)
def test_a_mistake_in_them_is_named_with_its_place(table: dict[str, object], path: str) -> None:
    assert set(problems_of(small_policy() | table)) == {path}


# --- recording ------------------------------------------------------------------------------------


@pytest.mark.parametrize("short", RECORDS)
def test_everything_that_can_be_recorded_fits_into_a_button_and_is_understood(short: str) -> None:
    assert len(card_token(Verb.RECORD, "c" * 20, 10**9 - 1, short)) <= LONGEST
    field, _, value = RECORDS[short].partition(":")
    request = recorded(a_request(), RECORDS[short])
    assert value in {getattr(request, field, None), getattr(request.representation, field, None)}


@pytest.mark.parametrize("record", ["", "age", "age:", "age:12", "height:tall", "declined:yes"])
def test_what_there_is_not_cannot_be_recorded(record: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        noted(Representation(), record)


def test_an_approval_before_something_was_recorded_counts_no_more() -> None:
    request = replace(of_child(), approvals=("staff:an",))
    step = advance(request, Happening(Event.RECORDED, "staff:binh", reason="view:disagrees"), NOON)
    assert step.request.approvals == ()
    assert step.request.representation.view is ChildView.DISAGREES


def test_only_what_matters_is_offered() -> None:
    assert recordable(a_request(), POLICY, TODAY) == ()
    assert recordable(a_request(subject=CHILD_ON_FILE), POLICY, TODAY) == ("age", "relation", "view")
    assert recordable(of_child(), POLICY, TODAY) == ("on_behalf", "age")
    assert recordable(of_child(age=AgeBand.BELOW_CONSENT), POLICY, TODAY) == ("on_behalf", "age", "relation")
    assert recordable(of_agent(Proof.CONTACT), POLICY, TODAY) == ("on_behalf", "mandate")


def test_once_corrected_a_request_is_one_of_its_writer() -> None:
    request = recorded(of_agent(Proof.BY_HAND), "on_behalf:self")
    assert request.on_behalf is OnBehalf.SELF
    assert what_is_missing(request, POLICY, TODAY) == ()


def test_what_the_person_has_refused_cannot_be_approved_on_anybody_elses_word() -> None:
    said_no = of_agent(Proof.BY_HAND, replace(PAPER, declined=True))
    assert what_is_missing(said_no, POLICY, TODAY) == (Missing.WISH,)


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "No",
        "No.",
        "NO, I did not ask for this. Cancel it.",
        "Không",
        "khong",
        "Không, tôi không nhờ ai cả.",
        "Tôi không ủy quyền cho ai.",
        "Toi chua bao gio nho luat su nao",
        "This is not my wish.",
        "I never authorised anybody.",
        "Đừng làm gì cả",
        "hủy",
        "cancel",
        "This was sent without my knowledge",
        "I do not know this person",
        "I didn't know about it",
        "Tôi không biết gì về yêu cầu này",
        "Em không biết người này là ai ạ",
    ],
)
def test_a_no_is_understood(text: str) -> None:
    assert says_not_my_wish(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yes",
        "Vâng",
        "Đồng ý",
        "Đúng, gửi đi",
        "Who is asking?",
        "Ai gửi yêu cầu này vậy?",
        "",
        "Thank you",
        "👍",
        "I don't know how to enter the code, can you help?",
        "Em không biết nhập mã ở đâu ạ",
        "Tôi chưa biết phải làm thế nào",
    ],
)
def test_anything_else_is_no_no(text: str) -> None:
    assert not says_not_my_wish(text)


@pytest.mark.parametrize(
    ("text", "to_agent"),
    [
        ("48219077\ngửi cho người đại diện", True),
        ("48219077 gui cho nguoi dai dien", True),
        ("Gửi kết quả cho luật sư của tôi giúp, 48219077", True),
        ("Đúng, gửi cho người đại diện của tôi. 48219077", True),
        ("4821 9077 send to my representative", True),
        ("Please send the answer to my lawyer. 48219077", True),
        ("48219077", False),
        ("Đừng gửi cho người đại diện, gửi cho tôi. 48219077", False),
        ("dung gui cho luat su 48219077", False),
        ("Do not send it to my lawyer. 48219077", False),
        ("Yes, my lawyer told me about it: 48219077", False),
    ],
)
def test_whether_the_answer_is_to_go_to_the_agent(text: str, to_agent: bool) -> None:
    assert says_to_agent(text) is to_agent


@pytest.mark.parametrize(
    ("media_type", "may"),
    [
        ("application/pdf", True),
        ("image/jpeg", True),
        ("application/pkcs7-signature", False),
        ("application/pgp-signature", False),
        ("text/calendar", False),
        ("text/vcard", False),
    ],
)
def test_what_mail_programs_add_is_no_mandate(media_type: str, may: bool) -> None:
    assert may_hold_mandate([Attachment("a", media_type)]) is may


# --- who is told what -----------------------------------------------------------------------------


def test_the_answer_goes_to_the_person_unless_they_or_a_checked_paper_say_otherwise() -> None:
    by_hand = of_agent(Proof.BY_HAND)
    assert answer_address(of_agent(Proof.CONTACT)) == ON_FILE
    assert answer_address(of_agent(Proof.CONTACT, Representation(answer_to=AnswerTo.AGENT))) == MAIL
    assert answer_address(by_hand) == ON_FILE
    assert answer_address(replace(by_hand, subject=None)) == MAIL
    assert answer_address(of_agent(Proof.BY_HAND, PAPER)) == MAIL


def test_of_an_agents_request_the_person_is_told_the_result_and_the_agent_that_there_is_one() -> None:
    request = replace(of_agent(Proof.CONTACT), status=Status.APPROVED)
    request = replace(request, items=request.items[:1])
    done = Happening(Event.COMPLETED, "staff:an", right=Right.ACCESS)
    tells = [each for each in advance(request, done, NOON).effects if isinstance(each, Tell)]
    assert Tell("completed", To.PROVEN) in tells
    assert Tell("done_for_agent") in tells
    to_agent = replace(request, representation=Representation(answer_to=AnswerTo.AGENT))
    tells = [each for each in advance(to_agent, done, NOON).effects if isinstance(each, Tell)]
    assert [tell.notice for tell in tells if not tell.when] == ["completed"]


def test_after_a_no_a_request_names_nobody_any_more() -> None:
    request = of_agent(Proof.PENDING)
    request = replace(request, status=Status.VERIFYING)
    said_no = advance(request, Happening(Event.DECLINED, "person"), NOON).request
    assert (said_no.status, said_no.subject, said_no.challenge) == (Status.VERIFYING, None, None)
    again = advance(said_no, Happening(Event.IDENTIFIED, "requester", subject=PERSON), NOON).request
    assert again.subject is None
