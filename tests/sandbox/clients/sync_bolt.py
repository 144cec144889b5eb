"""An ordinary synchronous Bolt app."""

from typing import Any

from slack_bolt import App

from tests.sandbox.clients.words import FORM, HOME, card, found


def listen(app: App) -> None:
    """Registers what the app does."""
    app.command("/opp")(on_command)
    app.view("deal")(on_submission)
    app.action("approve")(on_approve)
    app.options("partner")(on_query)
    app.shortcut("new_deal")(on_shortcut)
    app.shortcut("log_message")(on_log)
    app.event("app_mention")(on_mention)
    app.event("app_home_opened")(on_home)


def on_command(ack: Any, command: Any, client: Any) -> None:
    if command["text"] == "new":
        client.views_open(trigger_id=command["trigger_id"], view=FORM)
        ack()
        return
    ack(f"You typed {command['text']}")


def on_submission(ack: Any, view: Any, client: Any) -> None:
    customer = view["state"]["values"]["customer"]["customer"]["value"]
    if customer == "Nobody":
        ack(response_action="errors", errors={"customer": "Nobody buys nothing"})
        return
    ack()
    client.chat_postMessage(channel="C0DEALS", text=customer, blocks=card(customer))


def on_approve(ack: Any, action: Any, respond: Any) -> None:
    ack()
    respond(f"Approved {action['value']}", replace_original=True)


def on_query(ack: Any, payload: Any) -> None:
    ack(options=found(payload["value"]))


def on_shortcut(ack: Any, shortcut: Any, client: Any) -> None:
    ack()
    client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)


def on_log(ack: Any, shortcut: Any, respond: Any) -> None:
    ack()
    respond(f"Logged {shortcut['message']['text']}")


def on_mention(event: Any, say: Any) -> None:
    say(f"Hello <@{event['user']}>", thread_ts=event["ts"])


def on_home(event: Any, client: Any) -> None:
    client.views_publish(user_id=event["user"], view=HOME)
