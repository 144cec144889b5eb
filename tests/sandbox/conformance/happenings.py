"""Rules of events and of the signatures on whatever Slack sends."""

from slack_sdk.signature import Clock, SignatureVerifier

from tests.sandbox.conformance.acts import hurried
from tests.sandbox.conformance.rule import DOCS, Example, Rule
from tests.sandbox.conformance.world import Outcome, World, judged
from tests.sandbox.slack_app import SECRET, Arrived, Payload

EVENTS = f"{DOCS}apis/events-api"
VERIFYING = f"{DOCS}authentication/verifying-requests-from-slack"
PING: Payload = {"type": "app_home_opened", "user": "U0ANA", "tab": "home"}
FIVE_MINUTES = 300


class Standing(Clock):
    """The SDK's clock, standing at a moment."""

    def __init__(self, moment: float) -> None:
        self._moment = moment

    def now(self) -> float:
        return self._moment


async def _told(world: World, status: int = 200) -> list[Arrived]:
    """What the app gets of one event that it answers like this."""
    world.app.answers(status=status)
    before = len(world.app.requests)
    await world.slack.send_event(world.team, PING)
    return world.app.requests[before:]


async def is_heard_once(world: World) -> Outcome:
    return judged(fine=len(await _told(world)) == 1, otherwise="sent again")


async def is_refused(world: World) -> Outcome:
    return judged(fine=len(await _told(world, 500)) == 1, otherwise="sent again")


async def is_sent_four_times_at_most(world: World) -> Outcome:
    return judged(fine=len(await _told(world, 500)) == 4, otherwise="not four times")


async def is_sent_once_when_heard(world: World) -> Outcome:
    return judged(fine=len(await _told(world)) == 4, otherwise="not four times")


async def carries_its_number(world: World) -> Outcome:
    return await _marked(world, 500)


async def carries_no_number(world: World) -> Outcome:
    return await _marked(world, 200)


async def _marked(world: World, status: int) -> Outcome:
    last = (await _told(world, status))[-1].headers
    marks = (last.get("X-Slack-Retry-Num"), last.get("X-Slack-Retry-Reason"))
    return judged(fine=marks == ("3", "http_error"), otherwise="unmarked")


async def says_that_it_waited(world: World) -> Outcome:
    return await hurried(world, _reason)


async def says_that_it_was_refused(world: World) -> Outcome:
    world.app.answers(status=500)
    return await _reason(world)


async def _reason(world: World) -> Outcome:
    before = len(world.app.requests)
    await world.slack.send_event(world.team, PING)
    again = world.app.requests[before + 1].headers
    fine = again["X-Slack-Retry-Reason"] == "http_timeout"
    return judged(fine=fine, otherwise="http_error")


async def keeps_its_id(world: World) -> Outcome:
    told = await _told(world, 500)
    return judged(fine=len({each.payload["event_id"] for each in told}) == 1, otherwise="new id")


async def has_an_id_of_its_own(world: World) -> Outcome:
    told = await _told(world) + await _told(world)
    return judged(fine=len({each.payload["event_id"] for each in told}) == 1, otherwise="new id")


def verifying(*, secret: str = SECRET, late: float = 0, extra: bytes = b"") -> Example:
    """The app verifies an event with this secret, so late, with this at the end of its body."""

    async def example(world: World) -> Outcome:
        arrived = (await _told(world))[-1]
        moment = world.clock.now().timestamp() + late
        verifier = SignatureVerifier(secret, clock=Standing(moment))
        headers = dict(arrived.headers)
        genuine = verifier.is_valid_request(arrived.body + extra, headers)
        return judged(fine=genuine, otherwise="forged")

    return example


async def is_signed_for_its_moment(world: World) -> Outcome:
    return await _moved(world, 0)


async def is_signed_for_another_moment(world: World) -> Outcome:
    return await _moved(world, 1)


async def _moved(world: World, by: int) -> Outcome:
    arrived = (await _told(world))[-1]
    moment = int(arrived.headers["X-Slack-Request-Timestamp"]) + by
    marks = {**arrived.headers, "X-Slack-Request-Timestamp": str(moment)}
    verifier = SignatureVerifier(SECRET, clock=Standing(moment))
    genuine = verifier.is_valid_request(arrived.body, marks)
    return judged(fine=genuine, otherwise="forged")


RULES: list[Rule] = [
    Rule("an event that is heard is sent once", EVENTS, is_heard_once, is_refused, "sent again"),
    Rule(
        "an event that is refused is sent four times in all",
        EVENTS,
        is_sent_four_times_at_most,
        is_sent_once_when_heard,
        "not four times",
    ),
    Rule(
        "a retry carries its number and reason",
        EVENTS,
        carries_its_number,
        carries_no_number,
        "unmarked",
    ),
    Rule(
        "an event is to be heard within three seconds",
        EVENTS,
        says_that_it_waited,
        says_that_it_was_refused,
        "http_error",
    ),
    Rule("a retry keeps the event's id", EVENTS, keeps_its_id, has_an_id_of_its_own, "new id"),
    Rule(
        "a request is signed with the signing secret",
        VERIFYING,
        verifying(),
        verifying(secret="guess"),
        "forged",
    ),
    Rule(
        "a signature is of the whole body",
        VERIFYING,
        verifying(),
        verifying(extra=b" "),
        "forged",
    ),
    Rule(
        "a signature is of its moment",
        VERIFYING,
        is_signed_for_its_moment,
        is_signed_for_another_moment,
        "forged",
    ),
    Rule(
        "a request is good for five minutes",
        VERIFYING,
        verifying(late=FIVE_MINUTES - 1),
        verifying(late=FIVE_MINUTES + 1),
        "forged",
    ),
]
