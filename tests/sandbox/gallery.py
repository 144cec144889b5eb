"""Every block, element and kind of message the page can draw, with the words of a real app."""

from base64 import b64decode

from tests.sandbox.slack_app import Payload, actions, button, modal, option, section

MOMENT = 1_795_359_600
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel."""
LONG = " ".join(f"Sentence {number} of a long report." for number in range(120))


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Payload:
    return {"type": "mrkdwn", "text": text}


def picture(alt: str) -> Payload:
    return {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": alt}


def rich(*leaves: Payload) -> Payload:
    return {"type": "rich_text", "elements": [rich_section(*leaves)]}


def rich_section(*leaves: Payload) -> Payload:
    return {"type": "rich_text_section", "elements": list(leaves)}


def words(text: str, **style: bool) -> Payload:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def asking(label: str, element: Payload, **more: object) -> Payload:
    named = {"action_id": label, **element}
    block = {"type": "input", "block_id": label, "label": plain(label), "element": named}
    return block | more


CONFIRM = {
    "title": plain("Lose #42?"),
    "text": mrkdwn("*Acme renewal* leaves the pipeline."),
    "confirm": plain("Lose it"),
    "deny": plain("Keep it"),
    "style": "danger",
}
STAGES = [option(name) for name in ("qualify", "proposal", "negotiation", "won")]
GROUPS = [
    {"label": plain("Europe"), "options": [option("globex"), option("initech")]},
    {"label": plain("Asia"), "options": [option("hooli")]},
]
OVERFLOW = {"type": "overflow", "action_id": "more", "options": STAGES[:3]}
EVERY_LEAF = rich(
    words("bold ", bold=True),
    words("lean ", italic=True),
    words("gone ", strike=True),
    words("code", code=True),
    {"type": "link", "url": "https://acme.example/", "text": " a link "},
    {"type": "emoji", "name": "tada"},
    {"type": "emoji", "name": "wave", "skin_tone": 4},
    {"type": "user", "user_id": "U0ANA"},
    {"type": "channel", "channel_id": "C0DEALS"},
    {"type": "usergroup", "usergroup_id": "S0TEAM"},
    {"type": "broadcast", "range": "here"},
    {"type": "date", "timestamp": MOMENT, "format": "{date_long} at {time}"},
    {"type": "color", "value": "#F405B3"},
    {"type": "tag", "text": "Green", "color": "green"},
)


def listed(style: str, indent: int, *items: str) -> Payload:
    elements = [rich_section(words(item)) for item in items]
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": elements}


RICH: Payload = {
    "type": "rich_text",
    "elements": [
        *EVERY_LEAF["elements"],
        listed("bullet", 0, "First", "Second"),
        listed("ordered", 1, "Inside the second", "And another"),
        listed("bullet", 0, "Third"),
        {"type": "rich_text_quote", "elements": [words("What the partner said.")]},
        {"type": "rich_text_preformatted", "elements": [words("SELECT 1;\nSELECT 2;")]},
    ],
}
MARKDOWN = (
    "## Forecast\nQ3 is **€120k behind** and _late_; see [the plan](https://acme.example/).\n\n"
    "1. Call Globex\n2. Move `#42`\n   - ask Ben\n\n> Not before Friday\n\n"
    "- [x] Booked\n- [ ] Paid\n\n| Deal | Value |\n|:--|--:|\n| Acme | 48,000 |\n\n```\ncode\n```"
)
SECTIONS: list[Payload] = [
    {"type": "header", "text": plain("Everything a section holds")},
    section("*#42 Acme renewal*", accessory=button("open", "Open")),
    section("Fields", fields=[mrkdwn("*Stage*\nNegotiation"), mrkdwn("*Value*\n€48,000")]),
    section("A picture beside", accessory=picture("The logo of Acme")),
    section("A menu", accessory={"type": "static_select", "action_id": "s", "options": STAGES}),
    section("A day", accessory={"type": "datepicker", "action_id": "d"}),
    section("Some", accessory={"type": "checkboxes", "action_id": "c", "options": STAGES[:2]}),
    section("One", accessory={"type": "radio_buttons", "action_id": "r", "options": STAGES[:2]}),
    {"type": "divider"},
    {"type": "context", "elements": [picture("Globe"), mrkdwn("Changed by *Ben* today")]},
]
CONTROLS: list[Payload] = [
    actions(
        button("go", "Move to Won") | {"style": "primary"},
        button("lose", "Lose") | {"style": "danger", "confirm": CONFIRM},
        button("link", "Open the CRM") | {"url": "https://acme.example/"},
        {"type": "static_select", "action_id": "stage", "options": STAGES},
        {"type": "users_select", "action_id": "owner", "initial_user": "U0BEN"},
        {"type": "multi_static_select", "action_id": "tags", "option_groups": GROUPS},
        {"type": "timepicker", "action_id": "time", "initial_time": "16:00"},
        {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-30"},
        {"type": "datetimepicker", "action_id": "moment", "initial_date_time": MOMENT},
        OVERFLOW,
        {
            "type": "workflow_button",
            "action_id": "flow",
            "text": plain("Start a workflow"),
            "workflow": {"trigger": {"url": "https://slack.com/shortcuts/Ft1/x"}},
        },
        block_id="controls",
    ),
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": plain("Good"), "value": "good"},
                "negative_button": {"text": plain("Bad"), "value": "bad"},
            },
            {"type": "icon_button", "action_id": "drop", "icon": "trash", "text": plain("Delete")},
        ],
    },
]
TABLE: Payload = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Deal"}, {"type": "raw_text", "text": "Value"}],
        [rich(words("Acme", bold=True)), {"type": "raw_text", "text": "€48,000"}],
    ],
}


def figures(name: str, value: int) -> list[Payload]:
    return [
        {"type": "raw_text", "text": name},
        {"type": "raw_number", "value": value, "text": f"€{value:,}"},
        {"type": "raw_text", "text": "Negotiation with a long word or two"},
    ]


DATA_TABLE: Payload = {
    "type": "data_table",
    "caption": "Open opportunities",
    "page_size": 5,
    "rows": [
        [{"type": "raw_text", "text": name} for name in ("Deal", "Value", "Stage")],
        *(figures(f"Deal {number}", (number * 7919) % 50_000) for number in range(1, 13)),
    ],
}
QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def chart(kind: str) -> Payload:
    series = [
        {
            "name": name,
            "data": [{"label": q, "value": (i + 2) * scale} for i, q in enumerate(QUARTERS)],
        }
        for name, scale in (("Won", 12_000), ("Lost", 5_000))
    ]
    axes = {"categories": list(QUARTERS), "x_label": "Quarter", "y_label": "Euro"}
    drawn = {"type": kind, "series": series, "axis_config": axes}
    return {"type": "data_visualization", "title": f"Revenue as {kind}", "chart": drawn}


PIE: Payload = {
    "type": "data_visualization",
    "title": "Pipeline by stage",
    "chart": {
        "type": "pie",
        "segments": [{"label": name, "value": size} for name, size in (("Won", 5), ("Open", 3))],
    },
}
CARD: Payload = {
    "type": "card",
    "block_id": "card",
    "title": mrkdwn("*Globex*"),
    "subtitle": mrkdwn("82 good"),
    "body": mrkdwn("Last contact 3 days ago"),
    "subtext": plain("Partner since 2021"),
    "actions": [button("log", "Log a call")],
}
RARE: list[Payload] = [
    {"type": "carousel", "elements": [CARD, CARD | {"block_id": "second"}]},
    {
        "type": "container",
        "title": plain("Details of the week"),
        "subtitle": mrkdwn("Three things"),
        "is_collapsible": True,
        "child_blocks": [section("Inside a container")],
    },
    {
        "type": "task_card",
        "task_id": "t",
        "title": "Read the CRM",
        "status": "complete",
        "details": rich(words("All 40 records")),
        "sources": [{"type": "url", "url": "https://acme.example/", "text": "Acme"}],
    },
    {
        "type": "plan",
        "title": "Renewal of Acme",
        "tasks": [
            {"task_id": "1", "title": "Call", "status": "complete"},
            {"task_id": "2", "title": "Send the offer", "status": "in_progress"},
            {"task_id": "3", "title": "Sign", "status": "pending"},
        ],
    },
    {
        "type": "video",
        "title": plain("How to renew"),
        "title_url": "https://acme.example/video",
        "description": plain("Two minutes"),
        "provider_name": "Acme TV",
        "alt_text": "A video",
        "thumbnail_url": "https://pictures.example/t.png",
        "video_url": "https://acme.example/v",
    },
    {"type": "image", **picture("The pipeline"), "title": plain("Pipeline by stage")},
    {"type": "auth_provider", "value": "crm", "name": plain("CRM"), "is_connected": False},
]
MRKDWN = (
    "*bold* _lean_ ~gone~ `code` <https://acme.example|a link> <@U0ANA> <@U0BEN> <#C0DEALS> "
    f"<!here> :tada: :wave::skin-tone-4: <!date^{MOMENT}^{{date_long}} at {{time}}|then>\n"
    "> quoted\n> twice\n• first\n• second\n```\na block of code\n```\n\u05e9\u05dc\u05d5\u05dd"
)
ATTACHMENT: Payload = {
    "color": "#36a64f",
    "pretext": "Came in from the CRM",
    "author_name": "CRM",
    "title": "Acme renewal",
    "title_link": "https://acme.example/",
    "text": "Closes *Friday*",
    "fields": [{"title": "Stage", "value": "Negotiation", "short": True}],
    "footer": "Tandem",
    "ts": MOMENT,
}
MESSAGES: list[Payload] = [
    {"text": MRKDWN},
    {"text": ":tada: :rocket:"},
    {"text": LONG},
    {"text": "Sections", "blocks": SECTIONS},
    {"text": "Controls", "blocks": CONTROLS},
    {"text": "Rich text", "blocks": [RICH]},
    {"text": "Markdown", "blocks": [{"type": "markdown", "text": MARKDOWN}]},
    {"text": "A table", "blocks": [TABLE]},
    {"text": "A data table", "blocks": [DATA_TABLE]},
    {"text": "Charts", "blocks": [PIE, chart("bar")]},
    {"text": "Charts", "blocks": [chart("line"), chart("area")]},
    {"text": "Rare ones", "blocks": RARE},
    {"text": "With an attachment", "attachments": [ATTACHMENT]},
]
"""What `chat.postMessage` takes, one after the other."""

INPUTS: list[Payload] = [
    {"type": "alert", "text": mrkdwn("Two fields *need* you."), "level": "warning"},
    asking("Customer", {"type": "plain_text_input", "max_length": 80}, hint=plain("As they sign")),
    asking("Notes", {"type": "plain_text_input", "multiline": True}, optional=True),
    asking("Value", {"type": "number_input", "is_decimal_allowed": True}),
    asking("Email", {"type": "email_text_input"}, optional=True),
    asking("Site", {"type": "url_text_input"}, optional=True),
    asking("Story", {"type": "rich_text_input"}, optional=True),
    asking("Stage", {"type": "static_select", "options": STAGES, "initial_option": STAGES[0]}),
    asking("Partner", {"type": "static_select", "option_groups": GROUPS}, optional=True),
    asking("Tags", {"type": "multi_static_select", "options": STAGES}, optional=True),
    asking("Remote", {"type": "external_select", "min_query_length": 1}, optional=True),
    asking("Owner", {"type": "users_select"}, optional=True),
    asking("Watchers", {"type": "multi_users_select"}, optional=True),
    asking("Room", {"type": "conversations_select"}, optional=True),
    asking("Channel", {"type": "channels_select"}, optional=True),
    asking("Closes", {"type": "datepicker", "initial_date": "2026-11-30"}, optional=True),
    asking("At", {"type": "timepicker"}, optional=True),
    asking("Meeting", {"type": "datetimepicker"}, optional=True),
    asking("Flags", {"type": "checkboxes", "options": STAGES[:2]}, optional=True),
    asking("Kind", {"type": "radio_buttons", "options": STAGES[:2]}, optional=True),
    asking("Contract", {"type": "file_input", "max_files": 2}, optional=True),
]
MODAL = modal(*INPUTS)
"""A modal with one of each control."""
