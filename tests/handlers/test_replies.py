import inspect
from datetime import UTC, datetime
from uuid import UUID

import pytest

from handlers import replies
from handlers.replies import NOTHING_SAVED, fault, problem_sentence, refusal, sentence
from handlers.routing import Done, Errors, Say
from services import errors
from services.errors import DomainError, FieldProblem, InvalidInput, LineProblem, Problem

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
REFUSALS: tuple[DomainError, ...] = (
    errors.NotAllowed("opportunities.move"),
    errors.NotFound("opportunity", "#42"),
    errors.Ambiguous("partner", "glob", ("Globex (Cloud)", "Globe (FinOps)")),
    errors.LikelyDuplicates("partner", "Globex", {UUID(int=1): "Globex Corp"}),
    errors.NoSeatLeft(10),
    errors.NotAMember("guest"),
    errors.NotToldWho(),
    errors.ChangedMeanwhile(number=42, now_at="Proposal", by="Ana", seconds_ago=120),
    errors.FiledMeanwhile(at=NOW, version=2),
    errors.InteractionChanged(UUID(int=1), by="Ana"),
    errors.MoveNotAllowed(number=42, from_label="Won", to_label="Lost", allowed=("Open",)),
    errors.EditedMeanwhile(
        number=42,
        version=1,
        differences=[errors.Difference("deal_value", "1.00", "2.00")],
        by="Ana",
        seconds_ago=120,
    ),
    errors.Archived(42),
    errors.UndoRefused(number=42, reason=errors.UndoRefusal.TOO_LATE),
    errors.PartnerEditedMeanwhile(fields=("name",), by="Ana", seconds_ago=120),
    errors.ContactChanged("Hank"),
    errors.TermsChanged(by="Ana", seconds_ago=120),
    errors.TermsChanged(by=None, seconds_ago=0),
    errors.StandsForNone("Direct"),
    errors.CannotMerge(errors.MergeProblem.ITSELF, "Globex"),
    errors.NotConfigured("channels.deals"),
    errors.TooManyLinkCodes(5),
    errors.WorkspaceTaken("Globex"),
    errors.InvalidDocument([LineProblem(3, "alerts.channel", FieldProblem(Problem.REQUIRED))]),
    errors.StillUsed("pipeline.stages", {"proposal": {"opportunity": 12}}),
    errors.NoRate("EUR", NOW.date()),
    errors.SwitchedOff(),
    errors.Unlinked(),
)
SPOKEN_ELSEWHERE = {InvalidInput, errors.FieldsMissing}
FACTS = {
    "choices": "EUR, USD",
    "ge": "1",
    "le": "7",
    "line": "2",
    "most": "50",
    "max_length": "255",
    "name": "Globex",
}

ALWAYS_GIVEN = {
    Problem.LINE_TOO_LONG: {"line": "2", "most": "50"},
    Problem.TOO_MANY_LINES: {"most": "50"},
    Problem.NOT_A_TIER: {"line": "2"},
    Problem.TIERS_OUT_OF_ORDER: {"line": "2"},
    Problem.TOO_MANY: {"max_length": "100"},
    Problem.NAMED_TWICE: {"word": "Price"},
    Problem.UNKNOWN_STAGE: {"word": "proposal"},
    Problem.UNKNOWN_ROLE: {"word": "vp"},
    Problem.GOALS_EXIST: {"count": "3"},
    Problem.GOALS_COLLIDE: {"count": "3", "word": "revenue"},
    Problem.RATES_MISSING: {"currencies": "CHF, EUR"},
    Problem.BASE_NOT_LISTED: {"currency": "EUR"},
    Problem.CANNOT_MOVE: {"word": "proposal"},
    Problem.DOCUMENT_TOO_LONG: {"most": "100000"},
    Problem.OTHER_FORMAT: {"version": "1"},
    Problem.RATE_OF_BASE: {"currency": "EUR"},
    Problem.TERMS_ACCRUED: {"day": "2026-11-18"},
    Problem.MORE_THAN_DUE: {"due": "100.00", "currency": "EUR"},
    Problem.CANNOT_MERGE: {"reason": "itself", "name": "Globex"},
    Problem.STILL_USED: {"used": "12 opportunities", "on": "Proposal"},
}


@pytest.mark.parametrize("action", ["view", "move", "edit", "reassign", "archive", "share"])
def test_what_is_allowed_with_others_is_refused_of_the_one_in_hand(action: str) -> None:
    told = sentence(errors.NotAllowed(f"opportunities.{action}"))

    assert "this opportunity" in told or "these opportunities" in told


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    kinds = {
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, DomainError) and each is not DomainError
    }
    unknown = sentence(DomainError())
    sentences = [sentence(each) for each in REFUSALS]

    assert kinds - SPOKEN_ELSEWHERE == {type(each) for each in REFUSALS}
    assert unknown not in sentences
    assert len(set(sentences)) == len(REFUSALS)


@pytest.mark.parametrize("error", REFUSALS, ids=lambda each: type(each).__name__)
def test_a_refusal_is_a_sentence_for_people(error: DomainError) -> None:
    told = sentence(error)

    assert told[0].isupper() or told[0] in "#`"
    assert told.endswith((".", "?", "`."))
    for technical in ("opportunities.move", "Error", "None", "{", "_"):
        assert technical not in told


@pytest.mark.parametrize("problem", Problem)
@pytest.mark.parametrize("facts", [{}, FACTS], ids=["bare", "with facts"])
def test_every_problem_has_a_sentence(problem: Problem, facts: dict[str, str]) -> None:
    told = problem_sentence(FieldProblem(problem, facts | ALWAYS_GIVEN.get(problem, {})))

    assert told[0].isupper()
    assert told.endswith(".")
    assert "None" not in told
    assert len(f"{told} {NOTHING_SAVED}") <= 300


def test_what_is_there_already_but_offered_nowhere_is_told_to_be_inactive() -> None:
    facts = {"name": "Globex " * 40, "status": "inactive"}

    told = problem_sentence(FieldProblem(Problem.ALREADY_EXISTS, facts))

    assert "it is inactive until /partner edit changes that." in told
    assert len(f"{told} {NOTHING_SAVED}") <= 300


def test_problems_have_different_sentences() -> None:
    sentences = [
        problem_sentence(FieldProblem(each, FACTS | ALWAYS_GIVEN.get(each, {}))) for each in Problem
    ]

    assert len(set(sentences)) == len(sentences)


def test_in_a_form_each_problem_is_at_its_field() -> None:
    error = InvalidInput(
        {"value": FieldProblem(Problem.NEGATIVE), "name": FieldProblem(Problem.REQUIRED)}
    )

    reply = refusal(error, ["name", "value"])

    assert isinstance(reply, Errors)
    assert set(reply.errors) == {"name", "value"}
    assert all(NOTHING_SAVED in words for words in reply.errors.values())


def test_in_a_form_what_is_about_no_field_is_at_the_first() -> None:
    reply = refusal(errors.NotAllowed("opportunities.move"), ["name", "value"])

    assert isinstance(reply, Errors)
    assert list(reply.errors) == ["name"]


def test_a_problem_of_a_field_the_form_lacks_is_told_at_the_first() -> None:
    reply = refusal(InvalidInput.of("hidden", Problem.UNKNOWN_PARTNER), ["name"])

    assert isinstance(reply, Errors)
    assert list(reply.errors) == ["name"]


def test_outside_a_form_problems_are_told_together() -> None:
    reply = refusal(InvalidInput.of("value", Problem.NEGATIVE))

    assert isinstance(reply, Say)
    assert reply.text.endswith(NOTHING_SAVED)


def test_names_of_people_and_partners_are_no_markup() -> None:
    reply = refusal(errors.NotFound("partner", "<!channel>"))

    assert isinstance(reply, Say)
    assert "<!channel>" not in reply.text


def test_a_fault_has_the_reference_that_is_in_the_log() -> None:
    reply = fault("AB12")
    in_a_form = fault("AB12", ["name"])

    assert isinstance(reply, Say)
    assert "AB12" in reply.text
    assert isinstance(in_a_form, Errors)
    assert "AB12" in in_a_form.errors["name"]


def test_words_at_a_field_fit_there() -> None:
    reply = refusal(errors.NotFound("partner", "x" * 5000), ["name"])

    assert isinstance(reply, Errors)
    assert len(reply.errors["name"]) <= 300


def test_nothing_wrong_is_no_error() -> None:
    assert refusal(InvalidInput({}), ["name"]) == Done()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 second ago"), (59, "59 seconds ago"), (60, "1 minute ago"), (86_400, "1 day ago")],
)
def test_how_long_ago_is_said_in_the_largest_unit(seconds: int, words: str) -> None:
    error = errors.ChangedMeanwhile(number=42, now_at="Won", by=None, seconds_ago=seconds)

    assert replies.changed_meanwhile(error) == f"A rule moved #42 to Won {words}."


@pytest.mark.parametrize(
    ("problem", "facts", "words"),
    [
        (Problem.MORE_THAN_DUE, {"due": "4988647.00"}, "Only 4,988,647.00 EUR is open"),
        (Problem.MORE_THAN_DUE, {"due": "0"}, "Nothing is open in EUR"),
        (Problem.TOO_MANY_DECIMALS, {}, "EUR has no decimals"),
    ],
)
def test_what_an_amount_may_be_is_told_of_its_currency(
    problem: Problem, facts: dict[str, str], words: str
) -> None:
    told = problem_sentence(FieldProblem(problem, {**facts, "currency": "EUR"}))

    assert told.startswith(words)
