"""What the example apps say and show: the same in each of them."""

from tests.sandbox.slack_app import (
    Payload,
    actions,
    button,
    input_block,
    modal,
    option,
    section,
    text_input,
)

PARTNER: Payload = {"type": "external_select", "action_id": "partner", "min_query_length": 1}
FORM = modal(text_input("customer"), input_block("partner", PARTNER, optional=True))
HOME: Payload = {"type": "home", "blocks": [section("Your deals")]}


def card(customer: str) -> list[Payload]:
    return [section(f"Deal with {customer}"), actions(button("approve", "Approve", customer))]


def found(query: str) -> list[Payload]:
    return [option(name) for name in ("globex", "initech") if name.startswith(query)]
