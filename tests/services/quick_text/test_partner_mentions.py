from uuid import uuid4

import pytest

from services.quick_text import mentioned_partner

PARTNERS = {
    uuid4(): name
    for name in (
        "Globex, Inc.",
        "Globex Iberia",
        "Target",
        "Initech GmbH",
        "DataOps",
        "3M",
        "Vandelay Ltd",
    )
}


@pytest.mark.parametrize(
    ("text", "partner"),
    [
        ("Met Globex today", "Globex, Inc."),
        ("our target is Globex Iberia", "Globex Iberia"),
        ("Globex\u2019s CFO called", "Globex, Inc."),
        ("GLOBEX!", "Globex, Inc."),
        ("Lunch.\nInitech: wants a pilot", "Initech GmbH"),
        ("Vandelay Ltd. signed; Vandelay is happy", "Vandelay Ltd"),
        ("Met Initech and Globex", None),
        ("met initech", None),
        ("Target agreed", None),
        ("3M of revenue", None),
        ("Globexian habits", None),
        ("", None),
        ("nobody at all", None),
    ],
)
def test_one_name_and_no_other_is_taken_for_meant(text: str, partner: str | None) -> None:
    found = mentioned_partner(text, PARTNERS)

    assert (PARTNERS[found] if found else None) == partner
