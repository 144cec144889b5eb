"""What Slack asks of an app's address before it trusts it: the challenge, and that it is there."""

from urllib.parse import parse_qs

from sandbox.core import Core
from sandbox.delivery import OK, Courier, Request
from sandbox.wire import JsonObject, as_object, as_text, parse


async def url_verified(core: Core, courier: Courier) -> bool:
    """Whether the app answers the challenge in any of the ways Slack takes:
    https://docs.slack.dev/reference/events/url_verification
    """
    challenge = core.app.secret(f"challenge {core.stamps.next()}")
    payload: JsonObject = {
        "token": core.app.verification_token,
        "challenge": challenge,
        "type": "url_verification",
    }
    asked = Request("url_verification", "event", payload, by_socket=False)
    delivery = await courier.send(asked)
    return delivery.error is None and challenge in _answers(delivery.body)


async def ssl_checked(core: Core, courier: Courier) -> bool:
    """Whether the app's address for commands takes Slack's probe of its certificate:
    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    fields: JsonObject = {"ssl_check": "1", "token": core.app.verification_token}
    delivery = await courier.send(Request("ssl_check", "command", fields, by_socket=False))
    return delivery.status == OK


def _answers(body: str) -> list[str]:
    """The challenge as plain text, in a form or in JSON."""
    try:
        told = as_text(as_object(parse(body)).get("challenge"))
    except ValueError:
        told = ""
    return [body.strip(), told, *parse_qs(body).get("challenge", [])]
