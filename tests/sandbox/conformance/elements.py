"""Rules of buttons, inputs and pickers: https://docs.slack.dev/reference/block-kit/block-elements."""

from tests.sandbox.blockkit_samples import (
    ELEMENTS,
    PICTURE,
    Json,
    actions,
    asking,
    button,
    mrkdwn,
    option,
    options,
    plain,
    rich,
    section,
    select,
)
from tests.sandbox.conformance.rule import Rule, on_message, on_modal
from tests.sandbox.conformance.words import (
    AT_LEAST_ONE,
    ENUM,
    STRING,
    less,
    long,
    missing,
    more,
)

BUTTON = "block-elements/button-element"
TEXT = "block-elements/plain-text-input-element"
NUMBER = "block-elements/number-input-element"
DATE = "block-elements/date-picker-element"
TIME = "block-elements/time-picker-element"
MOMENT = "block-elements/datetime-picker-element"
FILE = "block-elements/file-input-element"
RICH = "block-elements/rich-text-input-element"
FEEDBACK = "block-elements/feedback-buttons-element"
ICON = "block-elements/icon-button-element"
AT = "/0/elements/0"
IN = "/0/element"


def pressed(**fields: object) -> Json:
    return actions(button(**fields))


def typed(element_type: str = "plain_text_input", **fields: object) -> Json:
    return asking({**ELEMENTS[element_type], "type": element_type, **fields})


def bare(element_type: str, **fields: object) -> Json:
    """An input with nothing but these fields."""
    return asking({"type": element_type, **fields})


def number(**fields: object) -> Json:
    return asking({"type": "number_input", "is_decimal_allowed": False, **fields})


def quiet(element: Json) -> Json:
    return {"type": "context_actions", "elements": [element]}


def icon(**fields: object) -> Json:
    return quiet({"type": "icon_button", "icon": "trash", "text": plain(), **fields})


def thumbs(**fields: object) -> Json:
    return quiet({**ELEMENTS["feedback_buttons"], **fields})


RULES: list[Rule] = [
    on_message(
        "a button has a text",
        BUTTON,
        pressed(),
        actions({"type": "button"}),
        AT,
        missing("text"),
    ),
    on_message(
        "a button's text has at most 75 characters",
        BUTTON,
        pressed(text=plain(long(75))),
        pressed(text=plain(long(76))),
        f"{AT}/text/text",
        less(75),
    ),
    on_message(
        "a button's text is plain",
        BUTTON,
        pressed(),
        pressed(text=mrkdwn()),
        f"{AT}/text/type",
        ENUM,
    ),
    on_message(
        "a button's value has at most 2000 characters",
        BUTTON,
        pressed(value=long(2000)),
        pressed(value=long(2001)),
        f"{AT}/value",
        less(2000),
    ),
    on_message(
        "a button's value is a string",
        BUTTON,
        pressed(value="7"),
        pressed(value=7),
        f"{AT}/value",
        STRING,
    ),
    on_message(
        "a button's address has at most 3000 characters",
        BUTTON,
        pressed(url=f"https://a.example/{long(2982)}"),
        pressed(url=f"https://a.example/{long(2983)}"),
        f"{AT}/url",
        less(3000),
    ),
    on_message(
        "a button is primary, dangerous or neither",
        BUTTON,
        pressed(style="danger"),
        pressed(style="default"),
        f"{AT}/style",
        ENUM,
    ),
    on_message(
        "a button's style is left out, not null",
        BUTTON,
        pressed(),
        pressed(style=None),
        f"{AT}/style",
        STRING,
    ),
    on_message(
        "a button's label for screen readers has at most 75 characters",
        BUTTON,
        pressed(accessibility_label=long(75)),
        pressed(accessibility_label=long(76)),
        f"{AT}/accessibility_label",
        less(75),
    ),
    on_message(
        "an action_id has at most 255 characters",
        BUTTON,
        pressed(action_id=long(255)),
        pressed(action_id=long(256)),
        f"{AT}/action_id",
        less(255),
    ),
    on_message(
        "a block_id is the block's, not the element's",
        BUTTON,
        pressed(),
        pressed(block_id="a"),
        AT,
        "invalid additional property: block_id",
    ),
    on_message(
        "an overflow menu has at most five options",
        "block-elements/overflow-menu-element",
        actions({"type": "overflow", "options": options(5)}),
        actions({"type": "overflow", "options": options(6)}),
        f"{AT}/options",
        more(5),
    ),
    on_message(
        "an overflow menu has at least one option",
        "block-elements/overflow-menu-element",
        actions({"type": "overflow", "options": options(1)}),
        actions({"type": "overflow", "options": []}),
        f"{AT}/options",
        AT_LEAST_ONE,
    ),
    on_message(
        "an image element has an alternative text",
        "block-elements/image-element",
        section(accessory=PICTURE),
        section(accessory={"type": "image", "image_url": "https://a.example/b.png"}),
        "/0/accessory",
        missing("alt_text"),
    ),
    on_modal(
        "a text input's placeholder has at most 150 characters",
        TEXT,
        bare("plain_text_input", placeholder=plain(long(150))),
        bare("plain_text_input", placeholder=plain(long(151))),
        f"{IN}/placeholder/text",
        less(150),
    ),
    on_modal(
        "a text input begins with at most 3000 characters",
        TEXT,
        bare("plain_text_input", initial_value=long(3000)),
        bare("plain_text_input", initial_value=long(3001)),
        f"{IN}/initial_value",
        less(3000),
    ),
    on_modal(
        "a text input asks for at most 3000 characters",
        TEXT,
        bare("plain_text_input", max_length=3000),
        bare("plain_text_input", max_length=3001),
        f"{IN}/max_length",
        "must be less than 3000",
    ),
    on_modal(
        "a text input asks for a minimum of at most 3000 characters",
        TEXT,
        bare("plain_text_input", min_length=3000),
        bare("plain_text_input", min_length=3001),
        f"{IN}/min_length",
        "must be less than 3000",
    ),
    on_modal(
        "a text input's minimum is not above its maximum",
        TEXT,
        bare("plain_text_input", min_length=2, max_length=2),
        bare("plain_text_input", min_length=3, max_length=2),
        f"{IN}/min_length",
        "must be less than or equal to max_length",
    ),
    on_modal(
        "whether a text input has many lines is a boolean",
        TEXT,
        bare("plain_text_input", multiline=True),
        bare("plain_text_input", multiline="yes"),
        f"{IN}/multiline",
        "must be a boolean",
    ),
    on_modal(
        "a text input asks for no type of its own making",
        TEXT,
        bare("plain_text_input"),
        bare("plain_text_input", subtype="email"),
        IN,
        "invalid additional property: subtype",
    ),
    on_modal(
        "a number input says whether decimals are allowed",
        NUMBER,
        number(),
        bare("number_input"),
        IN,
        missing("is_decimal_allowed"),
    ),
    on_modal(
        "a number input's limits are written as strings",
        NUMBER,
        number(min_value="1"),
        number(min_value=1),
        f"{IN}/min_value",
        STRING,
    ),
    on_modal(
        "a number input's minimum is not above its maximum",
        NUMBER,
        number(min_value="1", max_value="1"),
        number(min_value="2", max_value="1"),
        f"{IN}/min_value",
        "must be less than or equal to max_value",
    ),
    on_modal(
        "a number input without decimals begins without any",
        NUMBER,
        number(initial_value="1", is_decimal_allowed=True),
        number(initial_value="1.5"),
        f"{IN}/initial_value",
        "decimal numbers are not allowed",
    ),
    on_modal(
        "a date is written YYYY-MM-DD",
        DATE,
        bare("datepicker", initial_date="2026-11-30"),
        bare("datepicker", initial_date="30/11/2026"),
        f"{IN}/initial_date",
        "must be a date YYYY-MM-DD",
    ),
    on_modal(
        "a date is one of the calendar",
        DATE,
        bare("datepicker", initial_date="2028-02-29"),
        bare("datepicker", initial_date="2026-02-29"),
        f"{IN}/initial_date",
        "must be a date YYYY-MM-DD",
    ),
    on_modal(
        "a time is written HH:mm",
        TIME,
        bare("timepicker", initial_time="23:59"),
        bare("timepicker", initial_time="24:00"),
        f"{IN}/initial_time",
        "must be a time HH:mm",
    ),
    on_modal(
        "a time's zone is one of the IANA",
        TIME,
        bare("timepicker", timezone="Europe/Lisbon"),
        bare("timepicker", timezone="Europe/Sintra"),
        f"{IN}/timezone",
        "must be an IANA time zone",
    ),
    on_modal(
        "a moment is unix seconds of ten digits",
        MOMENT,
        bare("datetimepicker", initial_date_time=1_795_000_000),
        bare("datetimepicker", initial_date_time=1_795_000_000_000),
        f"{IN}/initial_date_time",
        "must be less than 9999999999",
    ),
    on_message(
        "a datetimepicker is no accessory",
        MOMENT,
        actions({"type": "datetimepicker"}),
        section(accessory={"type": "datetimepicker"}),
        "/0/accessory/type",
        "unsupported type: datetimepicker",
    ),
    on_modal(
        "a file input takes at most ten files",
        FILE,
        bare("file_input", max_files=10),
        bare("file_input", max_files=11),
        f"{IN}/max_files",
        "must be less than 10",
    ),
    on_modal(
        "a file input takes at least one file",
        FILE,
        bare("file_input", max_files=1),
        bare("file_input", max_files=0),
        f"{IN}/max_files",
        "must be greater than 1",
    ),
    on_modal(
        "a file input's types are a list",
        FILE,
        bare("file_input", filetypes=["pdf"]),
        bare("file_input", filetypes="pdf"),
        f"{IN}/filetypes",
        "must provide an array",
    ),
    on_modal(
        "a rich text input has an action_id",
        RICH,
        typed("rich_text_input"),
        bare("rich_text_input"),
        IN,
        missing("action_id"),
    ),
    on_modal(
        "a rich text input begins with a rich text",
        RICH,
        typed("rich_text_input", initial_value=rich()),
        typed("rich_text_input", initial_value="x"),
        f"{IN}/initial_value",
        "must provide an object",
    ),
    on_modal(
        "one element of a view takes the focus",
        TEXT,
        [bare("plain_text_input", focus_on_load=True), bare("plain_text_input")],
        [bare("plain_text_input", focus_on_load=True)] * 2,
        "/1/element/focus_on_load",
        "only one element can be focused on load",
    ),
    on_message(
        "feedback has a good and a bad button",
        FEEDBACK,
        thumbs(),
        quiet({"type": "feedback_buttons", "positive_button": {"text": plain(), "value": "y"}}),
        AT,
        missing("negative_button"),
    ),
    on_message(
        "a feedback button's text has at most 75 characters",
        FEEDBACK,
        thumbs(positive_button={"text": plain(long(75)), "value": "y"}),
        thumbs(positive_button={"text": plain(long(76)), "value": "y"}),
        f"{AT}/positive_button/text/text",
        less(75),
    ),
    on_message(
        "an icon button's icon is a bin",
        ICON,
        icon(),
        icon(icon="rocket"),
        f"{AT}/icon",
        ENUM,
    ),
    on_message(
        "a workflow button names a workflow",
        "block-elements/workflow-button-element",
        actions(ELEMENTS["workflow_button"]),
        actions({"type": "workflow_button", "text": plain(), "action_id": "a"}),
        AT,
        missing("workflow"),
    ),
    on_message(
        "an element is of a type Slack knows",
        "block-elements",
        actions(select(initial_option=option())),
        actions({"type": "slider"}),
        f"{AT}/type",
        "unsupported type: slider",
    ),
]
