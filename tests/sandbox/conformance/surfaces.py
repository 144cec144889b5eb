"""Rules of what fits where: blocks and elements by surface, and how many of them."""

from tests.sandbox.blockkit_samples import BLOCKS, ELEMENTS, Json, actions, asking, modal, section
from tests.sandbox.conformance.rule import (
    DOCS,
    KIT,
    Example,
    Rule,
    on_home,
    on_message,
    on_modal,
    opened,
    posted,
    published,
)
from tests.sandbox.conformance.words import more

QUIET = ("markdown", "data_visualization", "container", "context_actions", "plan", "task_card")


def not_in_modals(block_type: str) -> Rule:
    return only_in_messages(block_type, "modals", opened(modal(BLOCKS[block_type])))


def not_in_homes(block_type: str) -> Rule:
    return only_in_messages(block_type, "Home tabs", published(home(BLOCKS[block_type])))


def only_in_messages(block_type: str, surface: str, refused: Example) -> Rule:
    source = f"{KIT}blocks/{block_type.replace('_', '-')}-block"
    line = f"[ERROR] unsupported type: {block_type} [json-pointer:/view/blocks/0/type]"
    name = f"a block {block_type} is not for {surface}"
    return Rule(name, source, posted(BLOCKS[block_type]), refused, "invalid_arguments", line)


def only_in_modals(element_type: str, page: str) -> Rule:
    name = f"an element {element_type} is for modals only"
    block = asking(ELEMENTS[element_type])
    words = f"unsupported type: {element_type}"
    line = f"[ERROR] {words} [json-pointer:/blocks/0/element/type]"
    source = f"{KIT}block-elements/{page}"
    return Rule(name, source, opened(modal(block)), posted(block), "invalid_blocks", line)


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


RULES: list[Rule] = [
    on_message(
        "a message has at most 50 blocks",
        "blocks",
        [section()] * 50,
        [section()] * 51,
        "",
        more(50),
    ),
    on_modal(
        "a modal has at most 100 blocks",
        "blocks",
        [section()] * 100,
        [section()] * 101,
        "",
        more(100),
    ),
    on_home(
        "a Home tab has at most 100 blocks",
        "blocks",
        [section()] * 100,
        [section()] * 101,
        "",
        more(100),
    ),
    Rule(
        "an alert is not for messages",
        f"{KIT}blocks/alert-block",
        opened(modal(BLOCKS["alert"])),
        posted(BLOCKS["alert"]),
        "invalid_blocks",
        "[ERROR] unsupported type: alert [json-pointer:/blocks/0/type]",
    ),
    *map(not_in_modals, (*QUIET, "table", "data_table", "carousel")),
    *map(not_in_homes, QUIET),
    *(
        only_in_modals(kind, page)
        for kind, page in (
            ("email_text_input", "email-input-element"),
            ("url_text_input", "url-input-element"),
            ("number_input", "number-input-element"),
            ("file_input", "file-input-element"),
        )
    ),
    Rule(
        "a datetimepicker is not for Home tabs",
        f"{KIT}block-elements/datetime-picker-element",
        posted(actions(ELEMENTS["datetimepicker"])),
        published(home(actions(ELEMENTS["datetimepicker"]))),
        "invalid_arguments",
        "[ERROR] unsupported type: datetimepicker [json-pointer:/view/blocks/0/elements/0/type]",
    ),
    Rule(
        "a rich text input is not for messages",
        f"{KIT}block-elements/rich-text-input-element",
        published(home(asking(ELEMENTS["rich_text_input"]))),
        posted(asking(ELEMENTS["rich_text_input"])),
        "invalid_blocks",
        "[ERROR] unsupported type: rich_text_input [json-pointer:/blocks/0/element/type]",
    ),
    Rule(
        "a workflow button is for messages only",
        f"{KIT}block-elements/workflow-button-element",
        posted(actions(ELEMENTS["workflow_button"])),
        opened(modal(actions(ELEMENTS["workflow_button"]))),
        "invalid_arguments",
        "[ERROR] unsupported type: workflow_button [json-pointer:/view/blocks/0/elements/0/type]",
    ),
    Rule(
        "a modal is opened, a Home tab is published",
        f"{DOCS}reference/methods/views.open",
        opened(modal(section())),
        opened(home(section())),
        "invalid_arguments",
    ),
    Rule(
        "a Home tab is published, a modal is opened",
        f"{DOCS}reference/methods/views.publish",
        published(home(section())),
        published(modal(section())),
        "invalid_arguments",
    ),
]
