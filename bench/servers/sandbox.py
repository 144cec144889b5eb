"""The local Slack with as many people and messages as it is ordered to have.

It keeps its state in a folder, as the demo does. Rationing is off: what is measured is the work.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.child import Serving, serve
from bench.messages import Facts, Order
from sandbox import Member, Sandbox, Team
from sandbox.posting import Draft, Place, post

CHANNELS = 25
CHANNEL = "C0BENCH"
EVERY_CARD = 10
CARD = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*#42 Acme renewal* · €48,000"}},
    {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": "*Partner*\nGlobex"},
            {"type": "mrkdwn", "text": "*Owner*\nAda Okafor"},
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "Moved by Ada, today"}]},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "open",
                "text": {"type": "plain_text", "text": "Open"},
            }
        ],
    },
]


@asynccontextmanager
async def serving(facts: Facts) -> AsyncGenerator[Serving]:
    """One team with the bot in every channel."""
    with TemporaryDirectory(prefix="tandem-sandbox-") as folder:
        slack = Sandbox(folder=Path(folder))
        slack.core.rates.enforced = False
        await slack.start()
        team = slack.add_team("T0BENCH", "Bench", domain="bench", bot_token=facts.bot_token)

        async def prepare(order: Order) -> None:
            _fill(slack, team, order)

        try:
            yield Serving(url=f"{slack.api_url}chat.postMessage", prepare=prepare)
        finally:
            await slack.stop()


def _fill(slack: Sandbox, team: Team, order: Order) -> None:
    people = [_person(team, number) for number in range(order.people)]
    channels = [
        team.add_channel(f"{CHANNEL}{number}", f"deals-{number}", members=people).id
        for number in range(CHANNELS)
    ]
    for number in range(order.count):
        place = Place(channels[number % CHANNELS], author=_author(people, number))
        post(slack.core, team, place, _draft(number))


def _person(team: Team, number: int) -> Member:
    email = f"person{number}@bench.example"
    return team.add_person(f"U0BENCH{number}", f"Person {number}", email=email)


def _author(people: Sequence[Member], number: int) -> str | None:
    """Every tenth message is the app's."""
    return people[number % len(people)].id if number % EVERY_CARD else None


def _draft(number: int) -> Draft:
    text = f"Message {number} about <@U0BENCH{number % 7}> and the renewal."
    return Draft(text, None if number % EVERY_CARD else [dict(block) for block in CARD])


if __name__ == "__main__":
    serve(serving)
