"""Minimal valid examples of every block and element, and small builders of payloads."""

from collections.abc import Mapping

from sandbox.blockkit import Problem, problems_of_message, problems_of_options, problems_of_view

Json = Mapping[str, object]


def plain(text: str = "words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "words") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "a", text: str = "A") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Json]:
    return [option(f"v{number}") for number in range(count)]


def section(**more: object) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json, **more: object) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def asking(element: Json, **more: object) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def button(**more: object) -> Json:
    return {"type": "button", "text": plain(), **more}


def select(**more: object) -> Json:
    return {"type": "static_select", "options": [option()], **more}


def confirm(**more: object) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def rich(*leaves: Json) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(leaves)}],
    }


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def bars(**more: object) -> Json:
    chart = {
        "type": "bar",
        "series": [{"name": "deals", "data": [{"label": "Q1", "value": 3}]}],
        "axis_config": {"categories": ["Q1"]},
        **more,
    }
    return {"type": "data_visualization", "title": "Deals", "chart": chart}


def pie(*segments: Json) -> Json:
    chart = {"type": "pie", "segments": list(segments)}
    return {"type": "data_visualization", "title": "Deals", "chart": chart}


def card(**more: object) -> Json:
    return {"type": "card", "title": mrkdwn(), **more}


def container(*blocks: Json, **more: object) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": list(blocks), **more}


PICTURE: Json = {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "b"}
FEEDBACK: Json = {"text": plain(), "value": "yes"}

BLOCKS: dict[str, Json] = {
    "section": section(),
    "actions": actions(button()),
    "context": {"type": "context", "elements": [mrkdwn(), plain(), PICTURE]},
    "input": asking({"type": "plain_text_input"}),
    "divider": {"type": "divider"},
    "header": {"type": "header", "text": plain(), "level": 2},
    "image": {**PICTURE, "title": plain()},
    "rich_text": rich({"type": "text", "text": "hi"}),
    "video": {
        "type": "video",
        "title": plain(),
        "alt_text": "x",
        "thumbnail_url": "https://a.example/t.png",
        "video_url": "https://a.example/v",
    },
    "card": card(),
    "auth_provider": {
        "type": "auth_provider",
        "value": "crm",
        "name": plain(),
        "is_connected": False,
    },
    "alert": {"type": "alert", "text": mrkdwn(), "level": "info"},
    "carousel": {"type": "carousel", "elements": [card()]},
    "container": container(section()),
    "table": {"type": "table", "rows": [[cell()]], "column_settings": [None, {"align": "right"}]},
    "data_table": {"type": "data_table", "caption": "x", "rows": [[cell()], [cell()]]},
    "data_visualization": bars(),
    "context_actions": {
        "type": "context_actions",
        "elements": [
            {"type": "icon_button", "icon": "trash", "text": plain()},
            {"type": "feedback_buttons", "positive_button": FEEDBACK, "negative_button": FEEDBACK},
        ],
    },
    "markdown": {"type": "markdown", "text": "**x**"},
    "file": {"type": "file", "external_id": "x", "source": "remote"},
    "call": {"type": "call", "call_id": "R1"},
    "plan": {
        "type": "plan",
        "title": "x",
        "tasks": [{"task_id": "1", "title": "x", "status": "pending"}],
    },
    "task_card": {
        "type": "task_card",
        "task_id": "1",
        "title": "x",
        "status": "complete",
        "details": rich(),
        "sources": [{"type": "url", "url": "https://a.example/", "text": "a"}],
    },
}
BLOCK_SURFACES = {
    **dict.fromkeys(BLOCKS, "message modal home"),
    **dict.fromkeys(("carousel", "table", "data_table"), "message home"),
    "container": "message",
    **dict.fromkeys(("data_visualization", "context_actions", "markdown", "file"), "message"),
    **dict.fromkeys(("call", "plan", "task_card"), "message"),
    "alert": "modal",
}

_WORKFLOW = {"trigger": {"url": "https://slack.com/shortcuts/Ft1/x"}}
_FIELDS: dict[str, Json] = {
    "button": button(),
    "overflow": {"options": [option()]},
    "image": PICTURE,
    "checkboxes": {"options": [option()], "initial_options": [option()]},
    "radio_buttons": {"options": [option()], "initial_option": option()},
    "static_select": {
        "option_groups": [{"label": plain(), "options": [option()]}],
        "initial_option": option(),
    },
    "multi_static_select": {"options": [option()], "max_selected_items": 1},
    "external_select": {"min_query_length": 0, "initial_option": option()},
    "multi_external_select": {"initial_options": [option()]},
    "users_select": {"initial_user": "U1"},
    "multi_users_select": {"initial_users": ["U1"]},
    "conversations_select": {"filter": {"include": ["public"]}},
    "multi_conversations_select": {"default_to_current_conversation": True},
    "channels_select": {"initial_channel": "C1", "placeholder": plain()},
    "multi_channels_select": {"initial_channels": ["C1"]},
    "datepicker": {"initial_date": "2026-11-30"},
    "timepicker": {"initial_time": "16:00", "timezone": "Europe/Lisbon"},
    "datetimepicker": {"initial_date_time": 1_795_000_000},
    "plain_text_input": {"min_length": 1, "max_length": 3000, "multiline": True},
    "email_text_input": {},
    "url_text_input": {"dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
    "number_input": {"is_decimal_allowed": True, "min_value": "0", "initial_value": "0.5"},
    "rich_text_input": {"action_id": "a", "initial_value": rich()},
    "file_input": {"filetypes": ["csv"], "max_files": 1},
    "workflow_button": {"text": plain(), "action_id": "a", "workflow": _WORKFLOW},
    "icon_button": {"icon": "trash", "text": plain()},
    "feedback_buttons": {"positive_button": FEEDBACK, "negative_button": FEEDBACK},
}
ELEMENTS: dict[str, Json] = {name: {"type": name, **fields} for name, fields in _FIELDS.items()}


def everywhere(*places: str) -> Json:
    """These places on each surface."""
    return dict.fromkeys(places, "message modal home")


def only(*names: str, **surfaces: str) -> dict[str, Json]:
    """For each of the elements, the surfaces it fits by place."""
    return dict.fromkeys(names, surfaces)


PLACES: dict[str, Json] = {
    **{name: everywhere("accessory", "actions", "input") for name in ELEMENTS},
    **{name: everywhere("accessory", "actions") for name in ("button", "overflow")},
    "image": everywhere("accessory", "context"),
    "plain_text_input": everywhere("input"),
    **only("datetimepicker", actions="message modal", input="message modal"),
    **only("email_text_input", "url_text_input", "number_input", "file_input", input="modal"),
    **only("rich_text_input", actions="modal home", input="modal home"),
    **only("workflow_button", accessory="message", actions="message"),
    **only("icon_button", "feedback_buttons", context_actions="message"),
}
LEAVES: list[Json] = [
    {"type": "text", "text": "x", "style": {"bold": True, "code": True}},
    {"type": "link", "url": "https://a.example/", "text": "a"},
    {"type": "emoji", "name": "wave"},
    {"type": "user", "user_id": "U1"},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "team", "team_id": "T1"},
    {"type": "broadcast", "range": "here"},
    {"type": "date", "timestamp": 1_795_000_000, "format": "{date}", "timezone": "UTC"},
    {"type": "color", "value": "#F405B3"},
    {"type": "tag", "text": "x", "color": "green"},
    {"type": "attachment_mention", "url": "https://a.example/"},
    {"type": "canvas", "file_id": "F1"},
    {"type": "canvas_message_unfurl", "root_message_ts": "1", "root_message_channel": "C1"},
    {"type": "canvas_user_mention", "user_id": "U1"},
    {
        "type": "citation",
        "url": "https://a.example/",
        "text": "x",
        "index": 1,
        "details": {"citation_type": "web", "title": "x"},
    },
    {"type": "file", "file_id": "F1"},
    {"type": "list_record", "file_id": "F1"},
    {"type": "message_mention", "channel_id": "C1", "message_ts": "1.2"},
    {"type": "salesforce_data_field", "salesforce_record_id": "1"},
    {
        "type": "work_object_mention",
        "entity_id": "E1",
        "app_id": "A1",
        "text": "x",
        "url": "https://a.example/",
    },
    {
        "type": "workflow_mention",
        "workflow_id": "Wf1",
        "function_trigger_id": "Ft1",
        "text": "x",
    },
]


def in_place(place: str, element: Json) -> Json:
    """The block that holds the element in this place."""
    match place:
        case "accessory":
            return section(accessory=element)
        case "input":
            return asking(element)
        case _:
            return {"type": place, "elements": [element]}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


def problems_on(surface: str, *blocks: Json) -> list[Problem]:
    """What is wrong with these blocks on this surface."""
    match surface:
        case "message":
            return problems_of_message({"text": "x", "blocks": list(blocks)})
        case "modal":
            return problems_of_view(modal(*blocks))
        case "home":
            return problems_of_view({"type": "home", "blocks": list(blocks)})
        case _:
            return problems_of_options({"options": list(blocks)})
