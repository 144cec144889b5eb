"""The rich text block and what may stand in it, down to the single word.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from sandbox.blockkit.forms import is_color, is_zone
from sandbox.blockkit.objects import LINK
from sandbox.blockkit.rules import (
    Flag,
    ListOf,
    Number,
    Rule,
    Shape,
    Tagged,
    Text,
    Whole,
    one_of,
    tagged,
)

_WORD = Text(least=1)
_STYLES = (
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "client_highlight",
    "unlink",
)
STYLE = Shape(optional={name: Flag() for name in _STYLES})
_TAG_COLORS = one_of(
    *("gray", "brown", "purple", "indigo", "blue", "green", "yellow", "orange", "red")
)


def _citation(**fields: Rule) -> Shape:
    return Shape({"citation_type": Text()}, fields)


_CITED = Tagged(
    {
        "file": _citation(descriptor=Text(), file_id=_WORD),
        "external": _citation(app_name=Text(), app_icon_url=LINK),
        "web": _citation(display_name=Text(), title=Text(), snippet=Text()),
        "message": _citation(channel=_WORD, message_ts=_WORD),
        "memory": _citation(memory_id=_WORD),
    },
    tag="citation_type",
)
_PRODUCT = {"icon_url": LINK, "full_size_preview_enabled": Flag(), "product_name": Text()}

_LEAVES: dict[str, Shape] = {
    "text": Shape({"text": _WORD}),
    "link": Shape(
        {"url": LINK},
        {
            "text": Text(),
            **dict.fromkeys(("unsafe", "from_llm", "is_slack_url", "truncated"), Flag()),
        },
    ),
    "emoji": Shape({"name": _WORD}, {"unicode": _WORD, "url": LINK, "skin_tone": Whole(1, 6)}),
    "user": Shape({"user_id": _WORD}, {"from_llm": Flag()}),
    "usergroup": Shape({"usergroup_id": _WORD}),
    "channel": Shape({"channel_id": _WORD}, {"tab_id": _WORD, "from_llm": Flag()}),
    "team": Shape({"team_id": _WORD}),
    "broadcast": Shape({"range": one_of("here", "channel", "everyone")}),
    "date": Shape(
        {"timestamp": Whole(0), "format": _WORD},
        {
            "timezone": Text(accepts=is_zone, otherwise="must be an IANA time zone"),
            "url": LINK,
            "fallback": Text(),
        },
    ),
    "color": Shape({"value": Text(accepts=is_color, otherwise="must be a hex color")}),
    "tag": Shape({"text": _WORD}, {"color": _TAG_COLORS}),
    "attachment_mention": Shape(
        {"url": LINK},
        {
            **dict.fromkeys(("text", "app_id", "entity_id", "channel_id", "ts"), Text()),
            **dict.fromkeys(("icon_name", "reference_object_type"), Text()),
            **_PRODUCT,
        },
    ),
    "canvas": Shape(
        {"file_id": _WORD},
        {
            **dict.fromkeys(("label", "section_id", "text"), Text()),
            **dict.fromkeys(("hide_title", "is_skill_invocation"), Flag()),
            "url": LINK,
        },
    ),
    "canvas_message_unfurl": Shape({"root_message_ts": _WORD, "root_message_channel": _WORD}),
    "canvas_user_mention": Shape({"user_id": _WORD}, {"thread_id": _WORD}),
    "citation": Shape(
        {"url": LINK, "text": _WORD, "index": Number(), "details": _CITED},
        {"from_llm": Flag(), "is_slack_url": Flag()},
    ),
    "file": Shape({"file_id": _WORD}, {"text": Text(), "url": LINK, "is_skill_invocation": Flag()}),
    "list_record": Shape(
        {"file_id": _WORD}, {"record_id": _WORD, "view_id": _WORD, "text": Text(), "url": LINK}
    ),
    "message_mention": Shape(
        {"channel_id": _WORD, "message_ts": _WORD},
        {"author_id": _WORD, "thread_ts": _WORD, "text": Text(), "url": LINK},
    ),
    "salesforce_data_field": Shape(
        {"salesforce_record_id": _WORD},
        {
            **dict.fromkeys(("salesforce_field_label", "salesforce_field_api_name"), Text()),
            "salesforce_include_field_label": Flag(),
        },
    ),
    "work_object_mention": Shape(
        {"entity_id": _WORD, "app_id": _WORD, "text": _WORD, "url": LINK}, _PRODUCT
    ),
    "workflow_mention": Shape(
        {"workflow_id": _WORD, "function_trigger_id": _WORD, "text": _WORD},
        {"url": LINK, "channel_id": _WORD, "ts": _WORD},
    ),
}


def _styled(name: str, shape: Shape) -> Shape:
    return tagged(name, Shape(shape.required, {**shape.optional, "style": STYLE}, shape.checks))


_STYLED = {name: _styled(name, shape) for name, shape in _LEAVES.items()}
_RUN = ListOf(Tagged(_STYLED))
_CODE_RUN = ListOf(Tagged({name: _STYLED[name] for name in ("text", "link")}))
_BORDER = Whole(0, 1)
_SECTION = tagged("rich_text_section", Shape({"elements": _RUN}))
_PARTS: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_list": tagged(
        "rich_text_list",
        Shape(
            {
                "style": one_of("bullet", "ordered"),
                "elements": ListOf(Tagged({"rich_text_section": _SECTION}), 1),
            },
            {"indent": Whole(0, 8), "offset": Whole(0), "border": _BORDER},
        ),
    ),
    "rich_text_preformatted": tagged(
        "rich_text_preformatted",
        Shape({"elements": _CODE_RUN}, {"border": _BORDER, "language": _WORD}),
    ),
    "rich_text_quote": tagged("rich_text_quote", Shape({"elements": _RUN}, {"border": _BORDER})),
}
RICH_TEXT = Shape({"elements": ListOf(Tagged(_PARTS))})
