from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conformance import (
    access,
    answers_by_url,
    blocks,
    choices,
    connections,
    elements,
    happenings,
    installing,
    interactions,
    messages,
    methods,
    newer_blocks,
    objects,
    submissions,
    surfaces,
    tables,
    texts,
    views,
)
from tests.sandbox.conformance.rule import Rule
from tests.sandbox.conformance.world import World

FAMILIES = (
    *(blocks, newer_blocks, texts, tables, elements, choices, objects, surfaces),
    *(views, submissions, interactions, answers_by_url),
    *(messages, access, methods, installing, happenings, connections),
)
RULES: list[Rule] = [rule for family in FAMILIES for rule in family.RULES]
SOURCES = ("docs.slack.dev", "api.slack.com")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
async def test_the_local_slack_is_as_strict(world: World, rule: Rule) -> None:
    accepted = await rule.accepted(world)
    refused = await rule.refused(world)

    assert accepted.error is None, accepted.explanations
    assert refused.error == rule.error
    assert rule.explanation in ("", *refused.explanations), refused.explanations


def test_every_rule_has_a_name_of_its_own() -> None:
    names = Counter(rule.name for rule in RULES)

    assert [name for name, count in names.items() if count > 1] == []


def test_every_rule_names_the_page_of_slacks_documentation_it_comes_from() -> None:
    hosts = {urlsplit(rule.source).hostname for rule in RULES}

    assert hosts <= set(SOURCES)


def test_there_are_rules_enough() -> None:
    assert len(RULES) >= 150
