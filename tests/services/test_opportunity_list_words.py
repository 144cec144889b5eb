from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.configuration.catalogue import PIPELINE, Pipeline, Stage
from services.opportunities import Filter
from services.opportunities.listing.filters import Days, days_of
from services.opportunities.listing.words import Known, Unknown, corrected, read

ME, ANA, OTHER_ANA = UUID(int=7), UUID(int=8), UUID(int=9)
GLOBEX, OPEN_SYSTEMS = UUID(int=1), UUID(int=2)
KNOWN = Known(
    PIPELINE.default,
    ME,
    {ME: "Ron Acme", ANA: "Ana Smith", OTHER_ANA: "Ana Jones"},
    {GLOBEX: "Globex, Inc.", OPEN_SYSTEMS: "Open Systems"},
)
SPOKEN = """mine all stale overdue won closed archived closing 30 days 30d this last month quarter
 by value stage in via partner owner @ana @ globex of negotiation with"""
TOKENS = st.sampled_from([*SPOKEN.split(), "\x00", "\xb4", "\u202e"])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", Filter(owner_id=ME)),
        ("by number", Filter(owner_id=ME, sort="number")),
        ("all stale by value", Filter(is_stale=True, sort="value")),
        ("stale", Filter(owner_id=ME, is_stale=True)),
        ("everyone's overdue deals", Filter(when="overdue")),
        ("Negotiation, stale", Filter(stage="negotiation", is_stale=True)),
        ("mine in proposal", Filter(owner_id=ME, stage="proposal")),
        ("closing 30 days", Filter(owner_id=ME, closing_within_days=30)),
        ("all closing within the next 2 weeks", Filter(closing_within_days=14)),
        ("closing 99999 days", Filter(owner_id=ME, closing_within_days=3660)),
        ("all closing", Filter(closing_within_days=30)),
        ("all closing this quarter", Filter(when="this_quarter")),
        ("won", Filter(owner_id=ME, status="won", when="this_quarter")),
        ("all closed last month", Filter(status="closed", when="last_month")),
        ("all lost any time", Filter(status="lost")),
        ("all archived", Filter(is_archived=True)),
        ("via globex stale", Filter(partner_id=GLOBEX, is_stale=True)),
        ("partner open systems by moved", Filter(partner_id=OPEN_SYSTEMS, sort="moved")),
        ("owner Ana Smith all won", Filter(owner_id=ANA, status="won", when="this_quarter")),
        ("@ana.smith stale", Filter(owner_id=ANA, is_stale=True)),
        ("ron", Filter(owner_id=ME)),
        ("Acme renewal", Filter(words="Acme renewal")),
        ("mine umbrella by stage", Filter(owner_id=ME, words="umbrella", sort="stage")),
        ("with won", Filter(words="won")),
    ],
)
def test_words_ask_for_a_list(words: str, wanted: Filter) -> None:
    assert read(words, KNOWN).wanted == wanted


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        ("owner ana", Unknown("person", "ana", ("Ana Jones", "Ana Smith"))),
        ("@nobody stale", Unknown("person", "@nobody")),
        ("via nowhere at all", Unknown("partner", "nowhere at")),
    ],
)
def test_a_name_of_nobody_or_of_several_is_told(words: str, unknown: Unknown) -> None:
    assert read(words, KNOWN).unknown == (unknown,)


def test_a_bare_name_of_somebody_may_be_a_customers_as_well() -> None:
    assert read("ron stale", KNOWN).instead == Filter(words="ron", is_stale=True)


def test_a_stage_is_called_as_the_company_calls_it() -> None:
    stages = (
        Stage(key="closing", label="Closing", probability=80),
        Stage(key="won_it", label="Closed won", kind="won", probability=100),
        Stage(key="lost", label="Lost", kind="lost", probability=0),
    )
    known = Known(Pipeline(stages=stages), ME)

    assert read("closing", known).wanted == Filter(stage="closing")
    assert read("closing 30 days all", known).wanted == Filter(closing_within_days=30)
    wanted = Filter(stage="won_it", status="won", when="this_year")
    assert read("closed won this year", known).wanted == wanted


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("all stael by value", Filter(is_stale=True, sort="value")),
        ("negotation", Filter(stage="negotiation")),
        ("globx", Filter(partner_id=GLOBEX)),
        ("xyz", None),
    ],
)
def test_a_typo_is_understood(words: str, meant: Filter | None) -> None:
    found = corrected(words, KNOWN)

    assert (found.wanted if found else None) == meant


def test_names_that_may_not_be_seen_are_never_offered() -> None:
    assert corrected("globx", Known(PIPELINE.default, ME)) is None


@given(st.lists(TOKENS | st.text(max_size=12), max_size=12).map(" ".join) | st.text())
def test_no_words_are_refused(words: str) -> None:
    found = read(words, KNOWN)
    corrected(words, KNOWN)

    assert len(found.wanted.words or "") <= 60


@pytest.mark.parametrize(
    ("wanted", "days"),
    [
        (Filter(closing_within_days=30), Days(date(2026, 11, 18), date(2026, 12, 18))),
        (Filter(when="overdue"), Days(None, date(2026, 11, 17))),
        (Filter(when="this_week"), Days(date(2026, 11, 16), date(2026, 11, 22))),
        (Filter(when="next_month"), Days(date(2026, 12, 1), date(2026, 12, 31))),
        (Filter(when="this_quarter"), Days(date(2026, 11, 1), date(2027, 1, 31))),
        (Filter(when="last_year"), Days(date(2025, 2, 1), date(2026, 1, 31))),
        (Filter(), None),
    ],
)
def test_periods_are_fiscal(wanted: Filter, days: Days | None) -> None:
    assert days_of(wanted, date(2026, 11, 18), 2) == days
