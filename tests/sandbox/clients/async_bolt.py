"""An ordinary asynchronous Bolt app."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from tests.sandbox.clients.words import FORM, HOME, card, found


def listen(app: AsyncApp) -> None:
    """Registers what the app does."""
    app.command("/opp")(on_command)
    app.view("deal")(on_submission)
    app.action("approve")(on_approve)
    app.options("partner")(on_query)
    app.shortcut("new_deal")(on_shortcut)
    app.shortcut("log_message")(on_log)
    app.event("app_mention")(on_mention)
    app.event("app_home_opened")(on_home)


async def on_command(ack: Any, command: Any, client: Any) -> None:
    if command["text"] == "new":
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)
        await ack()
        return
    await ack(f"You typed {command['text']}")


async def on_submission(ack: Any, view: Any, client: Any) -> None:
    customer = view["state"]["values"]["customer"]["customer"]["value"]
    if customer == "Nobody":
        await ack(response_action="errors", errors={"customer": "Nobody buys nothing"})
        return
    await ack()
    await client.chat_postMessage(channel="C0DEALS", text=customer, blocks=card(customer))


async def on_approve(ack: Any, action: Any, respond: Any) -> None:
    await ack()
    await respond(f"Approved {action['value']}", replace_original=True)


async def on_query(ack: Any, payload: Any) -> None:
    await ack(options=found(payload["value"]))


async def on_shortcut(ack: Any, shortcut: Any, client: Any) -> None:
    await ack()
    await client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)


async def on_log(ack: Any, shortcut: Any, respond: Any) -> None:
    await ack()
    await respond(f"Logged {shortcut['message']['text']}")


async def on_mention(event: Any, say: Any) -> None:
    await say(f"Hello <@{event['user']}>", thread_ts=event["ts"])


async def on_home(event: Any, client: Any) -> None:
    await client.views_publish(user_id=event["user"], view=HOME)
