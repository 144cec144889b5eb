"""Rules of markdown and of rich text, down to the single word."""

from tests.sandbox.blockkit_samples import Json, rich
from tests.sandbox.conformance.rule import Rule, on_message
from tests.sandbox.conformance.words import ENUM, STRING, less, long, missing

MARKDOWN = "blocks/markdown-block"
RICH = "blocks/rich-text-block"
DEEP = "/0/elements/0/elements/0"


def markdown(text: object) -> Json:
    return {"type": "markdown", "text": text}


def parts(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def bullets(**fields: object) -> Json:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    return parts({"type": "rich_text_list", "style": "bullet", "elements": [line], **fields})


def code(*leaves: Json, **fields: object) -> Json:
    return parts({"type": "rich_text_preformatted", "elements": list(leaves), **fields})


def word(**fields: object) -> Json:
    return rich({"type": "text", "text": "x", **fields})


RULES: list[Rule] = [
    on_message(
        "markdown has at most 12 000 characters",
        MARKDOWN,
        markdown(long(12_000)),
        markdown(long(12_001)),
        "/0/text",
        less(12_000),
    ),
    on_message(
        "all markdown of a message has at most 12 000 characters",
        MARKDOWN,
        [markdown(long(6000)), markdown(long(6000))],
        [markdown(long(6000)), markdown(long(6001))],
        "",
        f"markdown blocks {less(12_000)}",
    ),
    on_message(
        "markdown is a plain string",
        MARKDOWN,
        markdown("*x*"),
        markdown({"type": "mrkdwn", "text": "x"}),
        "/0/text",
        STRING,
    ),
    on_message(
        "a rich text has elements",
        RICH,
        parts(),
        {"type": "rich_text"},
        "/0",
        missing("elements"),
    ),
    on_message(
        "a rich text is made of sections, lists, code and quotes",
        RICH,
        word(),
        parts({"type": "rich_text_table", "elements": []}),
        "/0/elements/0/type",
        "unsupported type: rich_text_table",
    ),
    on_message(
        "a word in a rich text is not empty",
        "block-elements/rich-text-section-element",
        word(),
        rich({"type": "text", "text": ""}),
        f"{DEEP}/text",
        "must be more than 0 characters",
    ),
    on_message(
        "a word in a rich text is of a kind Slack knows",
        "block-elements/rich-text-section-element",
        rich({"type": "emoji", "name": "wave"}),
        rich({"type": "blink", "text": "x"}),
        f"{DEEP}/type",
        "unsupported type: blink",
    ),
    on_message(
        "a word's style is a set of flags",
        RICH,
        word(style={"bold": True, "strike": True}),
        word(style={"bold": "yes"}),
        f"{DEEP}/style/bold",
        "must be a boolean",
    ),
    on_message(
        "a word has no style of its own making",
        RICH,
        word(style={"italic": True}),
        word(style={"shadow": True}),
        f"{DEEP}/style",
        "invalid additional property: shadow",
    ),
    on_message(
        "a link in a rich text has an address",
        "block-elements/link-element",
        rich({"type": "link", "url": "https://a.example/"}),
        rich({"type": "link", "text": "x"}),
        DEEP,
        missing("url"),
    ),
    on_message(
        "a broadcast is for here, the channel or everyone",
        "block-elements/broadcast-element",
        rich({"type": "broadcast", "range": "everyone"}),
        rich({"type": "broadcast", "range": "world"}),
        f"{DEEP}/range",
        ENUM,
    ),
    on_message(
        "a color in a rich text is hexadecimal",
        "block-elements/color-element",
        rich({"type": "color", "value": "#F405B3"}),
        rich({"type": "color", "value": "pink"}),
        f"{DEEP}/value",
        "must be a hex color",
    ),
    on_message(
        "a date in a rich text has a format",
        "block-elements/date-element",
        rich({"type": "date", "timestamp": 1_795_000_000, "format": "{date}"}),
        rich({"type": "date", "timestamp": 1_795_000_000}),
        DEEP,
        missing("format"),
    ),
    on_message(
        "a list is of bullets or ordered",
        "block-elements/rich-text-list-element",
        bullets(style="ordered"),
        bullets(style="roman"),
        "/0/elements/0/style",
        ENUM,
    ),
    on_message(
        "a list is made of sections",
        "block-elements/rich-text-list-element",
        bullets(),
        bullets(elements=[{"type": "rich_text_quote", "elements": []}]),
        f"{DEEP}/type",
        "unsupported type: rich_text_quote",
    ),
    on_message(
        "a list is indented at most eight times",
        "block-elements/rich-text-list-element",
        bullets(indent=8),
        bullets(indent=9),
        "/0/elements/0/indent",
        "must be less than 8",
    ),
    on_message(
        "code is made of text and links",
        "block-elements/rich-text-preformatted-element",
        code({"type": "text", "text": "x"}),
        code({"type": "user", "user_id": "U1"}),
        f"{DEEP}/type",
        "unsupported type: user",
    ),
    on_message(
        "code has a border or none",
        "block-elements/rich-text-preformatted-element",
        code(border=1),
        code(border=2),
        "/0/elements/0/border",
        "must be less than 1",
    ),
]
