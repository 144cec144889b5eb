"""Rules of menus, checkboxes and radio buttons, and of the options in them."""

from tests.sandbox.blockkit_samples import (
    Json,
    actions,
    asking,
    mrkdwn,
    option,
    options,
    plain,
    section,
    select,
)
from tests.sandbox.conformance.rule import Rule, on_home, on_message, on_modal
from tests.sandbox.conformance.words import AT_LEAST_ONE, EMPTY, ENUM, less, long, missing, more

MENU = "block-elements/select-menu-element"
MULTI = "block-elements/multi-select-menu-element"
BOXES = "block-elements/checkboxes-element"
RADIO = "block-elements/radio-button-group-element"
OPTION = "composition-objects/option-object"
GROUP = "composition-objects/option-group-object"
FILTER = "composition-objects/conversation-filter-object"
IN = "/0/element"


def menu(**fields: object) -> Json:
    return asking(select(**fields))


def one(**fields: object) -> Json:
    """A menu of one option that reads like this."""
    return menu(options=[{**option(), **fields}])


def groups(count: int, label: str = "Group", size: int = 1) -> Json:
    found = [
        {
            "label": plain(label),
            "options": [option(f"{group}-{number}") for number in range(size)],
        }
        for group in range(count)
    ]
    return asking({"type": "static_select", "option_groups": found})


def of(kind: str, **fields: object) -> Json:
    return asking({"type": kind, **fields})


def boxes(count: int, kind: str = "checkboxes", **fields: object) -> Json:
    return of(kind, options=options(count), **fields)


RULES: list[Rule] = [
    on_modal(
        "a menu has at most 100 options",
        MENU,
        menu(options=options(100)),
        menu(options=options(101)),
        f"{IN}/options",
        more(100),
    ),
    on_modal(
        "a menu has at least one option",
        MENU,
        menu(options=options(1)),
        menu(options=[]),
        f"{IN}/options",
        AT_LEAST_ONE,
    ),
    on_modal(
        "a menu has at most 100 groups",
        MENU,
        groups(100),
        groups(101),
        f"{IN}/option_groups",
        more(100),
    ),
    on_modal(
        "a menu has options or groups",
        MENU,
        menu(),
        of("static_select"),
        IN,
        "must provide one of: options, option_groups",
    ),
    on_modal(
        "a menu has not both options and groups",
        MENU,
        groups(1),
        menu(option_groups=[{"label": plain(), "options": [option("b")]}]),
        IN,
        "must not provide both options and option_groups",
    ),
    on_modal(
        "what a menu begins with is one of its options",
        MENU,
        menu(initial_option=option()),
        menu(initial_option=option("other")),
        f"{IN}/initial_option",
        "must match one of the options",
    ),
    on_modal(
        "what a menu begins with is left out, not null",
        MENU,
        menu(),
        menu(initial_option=None),
        f"{IN}/initial_option",
        "must provide an object",
    ),
    on_modal(
        "a menu's placeholder has at most 150 characters",
        MENU,
        menu(placeholder=plain(long(150))),
        menu(placeholder=plain(long(151))),
        f"{IN}/placeholder/text",
        less(150),
    ),
    on_modal(
        "a menu's placeholder is plain text",
        MENU,
        menu(placeholder=plain()),
        menu(placeholder=mrkdwn()),
        f"{IN}/placeholder/type",
        ENUM,
    ),
    on_modal(
        "a menu of the app's asks after a number of letters",
        MENU,
        of("external_select", min_query_length=0),
        of("external_select", min_query_length="0"),
        f"{IN}/min_query_length",
        "must provide an integer",
    ),
    on_modal(
        "a menu of the app's brings no options along",
        MENU,
        of("external_select"),
        of("external_select", options=options(1)),
        IN,
        "invalid additional property: options",
    ),
    on_modal(
        "a menu of people begins with one of them",
        MENU,
        of("users_select", initial_user="U0ANA"),
        of("users_select", initial_user=["U0ANA"]),
        f"{IN}/initial_user",
        "must provide a string",
    ),
    on_home(
        "only a modal's input answers by response_url",
        MENU,
        of("conversations_select", response_url_enabled=False),
        of("conversations_select", response_url_enabled=True),
        f"{IN}/response_url_enabled",
        "only allowed in an input of a modal",
    ),
    on_modal(
        "a filter of conversations filters something",
        FILTER,
        of("conversations_select", filter={"exclude_bot_users": True}),
        of("conversations_select", filter={}),
        f"{IN}/filter",
        "must provide one of: include, exclude_external_shared_channels, exclude_bot_users",
    ),
    on_modal(
        "a filter includes kinds of conversations",
        FILTER,
        of("conversations_select", filter={"include": ["public", "mpim"]}),
        of("conversations_select", filter={"include": ["dm"]}),
        f"{IN}/filter/include/0",
        ENUM,
    ),
    on_modal(
        "of several, at least one may be chosen",
        MULTI,
        of("multi_users_select", max_selected_items=1),
        of("multi_users_select", max_selected_items=0),
        f"{IN}/max_selected_items",
        "must be greater than 1",
    ),
    on_modal(
        "no more are chosen at first than may be",
        MULTI,
        of("multi_users_select", initial_users=["U0ANA"], max_selected_items=1),
        of("multi_users_select", initial_users=["U0ANA", "U0BEN"], max_selected_items=1),
        f"{IN}/initial_users",
        more(1),
    ),
    on_modal(
        "a menu of one takes no maximum",
        MENU,
        menu(),
        menu(max_selected_items=1),
        IN,
        "invalid additional property: max_selected_items",
    ),
    on_modal(
        "checkboxes are at most ten",
        BOXES,
        boxes(10),
        boxes(11),
        f"{IN}/options",
        more(10),
    ),
    on_modal(
        "checkboxes are at least one",
        BOXES,
        boxes(1),
        boxes(0),
        f"{IN}/options",
        AT_LEAST_ONE,
    ),
    on_modal(
        "a box that is ticked at first is one of them",
        BOXES,
        boxes(2, initial_options=[option("v1")]),
        boxes(2, initial_options=[option("v2")]),
        f"{IN}/initial_options/0",
        "must match one of the options",
    ),
    on_modal(
        "ticked boxes are left out, not empty",
        BOXES,
        boxes(2),
        boxes(2, initial_options=[]),
        f"{IN}/initial_options",
        AT_LEAST_ONE,
    ),
    on_modal(
        "checkboxes have no placeholder",
        BOXES,
        boxes(2),
        boxes(2, placeholder=plain()),
        IN,
        "invalid additional property: placeholder",
    ),
    on_modal(
        "radio buttons are at most ten",
        RADIO,
        boxes(10, "radio_buttons"),
        boxes(11, "radio_buttons"),
        f"{IN}/options",
        more(10),
    ),
    on_modal(
        "the radio button that is on at first is one of them",
        RADIO,
        boxes(2, "radio_buttons", initial_option=option("v0")),
        boxes(2, "radio_buttons", initial_option=option("v9")),
        f"{IN}/initial_option",
        "must match one of the options",
    ),
    on_modal(
        "an option's text has at most 75 characters",
        OPTION,
        one(text=plain(long(75))),
        one(text=plain(long(76))),
        f"{IN}/options/0/text/text",
        less(75),
    ),
    on_modal(
        "an option's text is not empty",
        OPTION,
        one(text=plain("x")),
        one(text=plain("")),
        f"{IN}/options/0/text/text",
        EMPTY,
    ),
    on_modal(
        "an option of a menu is plain text",
        OPTION,
        asking({"type": "checkboxes", "options": [{"text": mrkdwn(), "value": "a"}]}),
        one(text=mrkdwn()),
        f"{IN}/options/0/text/type",
        ENUM,
    ),
    on_modal(
        "an option's value has at most 150 characters",
        OPTION,
        one(value=long(150)),
        one(value=long(151)),
        f"{IN}/options/0/value",
        less(150),
    ),
    on_modal(
        "an option has a value",
        OPTION,
        one(),
        menu(options=[{"text": plain()}]),
        f"{IN}/options/0",
        missing("value"),
    ),
    on_modal(
        "an option's description has at most 75 characters",
        OPTION,
        one(description=plain(long(75))),
        one(description=plain(long(76))),
        f"{IN}/options/0/description/text",
        less(75),
    ),
    on_modal(
        "two options have two values",
        OPTION,
        menu(options=[option("a"), option("b")]),
        menu(options=[option("a"), option("a")]),
        IN,
        "option values must be unique: a",
    ),
    on_message(
        "an address is for the options of an overflow menu",
        OPTION,
        actions({"type": "overflow", "options": [{**option(), "url": "https://a.example/"}]}),
        section(accessory=select(options=[{**option(), "url": "https://a.example/"}])),
        "/0/accessory/options/0",
        "invalid additional property: url",
    ),
    on_modal(
        "a group's label has at most 75 characters",
        GROUP,
        groups(1, long(75)),
        groups(1, long(76)),
        f"{IN}/option_groups/0/label/text",
        less(75),
    ),
    on_modal(
        "a group has at most 100 options",
        GROUP,
        groups(1, size=100),
        groups(1, size=101),
        f"{IN}/option_groups/0/options",
        more(100),
    ),
    on_modal(
        "a group has at least one option",
        GROUP,
        groups(1, size=1),
        groups(1, size=0),
        f"{IN}/option_groups/0/options",
        AT_LEAST_ONE,
    ),
]
