import pytest

from bot.payloads import ShortcutPayload
from handlers.routing import MessageRead


def of_message(team: object = None, **message: object) -> MessageRead | None:
    return ShortcutPayload.model_validate(
        {
            "type": "message_action",
            "callback_id": "message_interaction",
            "user": {"id": "U0RON"},
            "trigger_id": "1.2.3",
            "team": team or {"id": "T0ACME", "domain": "acme"},
            "channel": {"id": "C0DEALS"},
            "message": {"ts": "1794996000.000100"} | message,
        }
    ).read


LINK = "https://acme.slack.com/archives/C0DEALS/p1794996000000100"


@pytest.mark.parametrize(
    ("thread_ts", "link"),
    [
        (None, LINK),
        ("1794996000.000100", LINK),
        ("1794990000.000200", f"{LINK}?thread_ts=1794990000.000200&cid=C0DEALS"),
        ("<x>", LINK),
    ],
)
def test_the_link_leads_to_the_message_also_inside_a_thread(thread_ts: str, link: str) -> None:
    read = of_message(thread_ts=thread_ts)

    assert read is not None
    assert read.permalink == link


@pytest.mark.parametrize("team", [{"id": "T0ACME"}, {"id": "T0ACME", "domain": "evil.com/"}])
def test_without_a_workspace_s_name_there_is_no_link(team: object) -> None:
    read = of_message(team)

    assert read is not None
    assert read.permalink is None


def test_an_app_s_message_is_read_from_its_blocks_and_attachments() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Lead: *Initech*"}}
    read = of_message(
        text="", bot_id="B1", blocks=[section, {"type": "divider"}], attachments=[{"text": "5k"}]
    )

    assert read is not None
    assert (read.text, read.author) == ("Lead: *Initech*\n5k", None)


def test_a_message_of_files_alone_has_their_names() -> None:
    read = of_message(text=None, files=[{"name": "quote.pdf"}, {"title": "Plan"}, {}])

    assert read is not None
    assert (read.text, read.files) == ("", ("quote.pdf", "Plan"))
