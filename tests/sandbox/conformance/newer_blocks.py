"""Rules of the layout blocks that came later: cards, containers, alerts, plans and the like."""

from tests.sandbox.blockkit_samples import (
    BLOCKS,
    Json,
    button,
    card,
    container,
    mrkdwn,
    plain,
    section,
)
from tests.sandbox.conformance.rule import Rule, on_message, on_modal
from tests.sandbox.conformance.words import AT_LEAST_ONE, ENUM, less, long, missing, more, without

VIDEO = "blocks/video-block"
CARD = "blocks/card-block"
CONTAINER = "blocks/container-block"
AUTH = "blocks/auth-provider-block"
TASK = "blocks/task-card-block"


def video(**fields: object) -> Json:
    return {**BLOCKS["video"], **fields}


def auth(**fields: object) -> Json:
    return {**BLOCKS["auth_provider"], **fields}


def task(**fields: object) -> Json:
    return {**BLOCKS["task_card"], **fields}


def carousel(count: int) -> Json:
    return {"type": "carousel", "elements": [card()] * count}


def feedback(count: int) -> Json:
    trash = {"type": "icon_button", "icon": "trash", "text": plain()}
    return {"type": "context_actions", "elements": [trash] * count}


def alert(**fields: object) -> Json:
    return {**BLOCKS["alert"], **fields}


RULES: list[Rule] = [
    on_message(
        "a video is embedded by https",
        VIDEO,
        video(),
        video(video_url="http://a.example/v"),
        "/0/video_url",
        "must be an https URL",
    ),
    on_message(
        "a video's title has less than 200 characters",
        VIDEO,
        video(title=plain(long(199))),
        video(title=plain(long(200))),
        "/0/title/text",
        less(199),
    ),
    on_message(
        "a video's author has less than 50 characters",
        VIDEO,
        video(author_name=long(49)),
        video(author_name=long(50)),
        "/0/author_name",
        less(49),
    ),
    on_message(
        "a video has a thumbnail",
        VIDEO,
        video(),
        without(BLOCKS["video"], "thumbnail_url"),
        "/0",
        missing("thumbnail_url"),
    ),
    on_message(
        "a remote file is named by its external id",
        "blocks/file-block",
        BLOCKS["file"],
        {"type": "file", "source": "remote"},
        "/0",
        missing("external_id"),
    ),
    on_message(
        "a file block's source is remote",
        "blocks/file-block",
        BLOCKS["file"],
        {**BLOCKS["file"], "source": "local"},
        "/0/source",
        ENUM,
    ),
    on_message(
        "context actions are at most five",
        "blocks/context-actions-block",
        feedback(5),
        feedback(6),
        "/0/elements",
        more(5),
    ),
    on_message(
        "context actions are feedback and icons only",
        "blocks/context-actions-block",
        feedback(1),
        {"type": "context_actions", "elements": [button()]},
        "/0/elements/0/type",
        "unsupported type: button",
    ),
    on_message(
        "a card has a picture, a title, a body or buttons",
        CARD,
        card(),
        {"type": "card", "subtitle": plain()},
        "/0",
        "must provide one of: hero_image, title, actions, body",
    ),
    on_message(
        "a card's title has at most 150 characters",
        CARD,
        card(title=mrkdwn(long(150))),
        card(title=mrkdwn(long(151))),
        "/0/title/text",
        less(150),
    ),
    on_message(
        "a card's subtitle has at most 150 characters",
        CARD,
        card(subtitle=mrkdwn(long(150))),
        card(subtitle=mrkdwn(long(151))),
        "/0/subtitle/text",
        less(150),
    ),
    on_message(
        "a card's body has at most 200 characters",
        CARD,
        card(body=mrkdwn(long(200))),
        card(body=mrkdwn(long(201))),
        "/0/body/text",
        less(200),
    ),
    on_message(
        "a card has at most three buttons",
        CARD,
        card(actions=[button()] * 3),
        card(actions=[button()] * 4),
        "/0/actions",
        more(3),
    ),
    on_message(
        "a card's icon is one of Slack's",
        CARD,
        card(slack_icon={"type": "icon", "name": "rocket"}),
        card(slack_icon={"type": "icon", "name": "notebook"}),
        "/0/slack_icon/name",
        ENUM,
    ),
    on_message(
        "a carousel shows at most ten cards",
        "blocks/carousel-block",
        carousel(10),
        carousel(11),
        "/0/elements",
        more(10),
    ),
    on_message(
        "a carousel shows at least one card",
        "blocks/carousel-block",
        carousel(1),
        carousel(0),
        "/0/elements",
        AT_LEAST_ONE,
    ),
    on_message(
        "a carousel shows cards only",
        "blocks/carousel-block",
        carousel(1),
        {"type": "carousel", "elements": [section()]},
        "/0/elements/0/type",
        ENUM,
    ),
    on_message(
        "a container holds at most ten blocks",
        CONTAINER,
        container(*[section()] * 10),
        container(*[section()] * 11),
        "/0/child_blocks",
        more(10),
    ),
    on_message(
        "a container holds at least one block",
        CONTAINER,
        container(section()),
        container(),
        "/0/child_blocks",
        AT_LEAST_ONE,
    ),
    on_message(
        "a container holds no container",
        CONTAINER,
        container(section()),
        container(container(section())),
        "/0/child_blocks/0/type",
        "unsupported type: container",
    ),
    on_message(
        "a container has a title",
        CONTAINER,
        container(section()),
        {"type": "container", "child_blocks": [section()]},
        "/0",
        "must provide one of: title, rich_text_title",
    ),
    on_message(
        "a container's title has at most 150 characters",
        CONTAINER,
        container(section(), title=plain(long(150))),
        container(section(), title=plain(long(151))),
        "/0/title/text",
        less(150),
    ),
    on_message(
        "a container has one of four widths",
        CONTAINER,
        container(section(), width="wide"),
        container(section(), width="huge"),
        "/0/width",
        ENUM,
    ),
    on_message(
        "a container begins collapsed only if it collapses",
        CONTAINER,
        container(section(), is_collapsible=True, default_collapsed=True),
        container(section(), default_collapsed=True),
        "/0/default_collapsed",
        "requires is_collapsible to be true",
    ),
    on_modal(
        "an alert has at most 200 characters",
        "blocks/alert-block",
        alert(text=plain(long(200))),
        alert(text=plain(long(201))),
        "/0/text/text",
        less(200),
    ),
    on_modal(
        "an alert has one of five levels",
        "blocks/alert-block",
        alert(level="success"),
        alert(level="fatal"),
        "/0/level",
        ENUM,
    ),
    on_message(
        "a plan has a title",
        "blocks/plan-block",
        BLOCKS["plan"],
        {"type": "plan", "tasks": []},
        "/0",
        missing("title"),
    ),
    on_message(
        "a task has an id",
        TASK,
        task(),
        without(BLOCKS["task_card"], "task_id"),
        "/0",
        missing("task_id"),
    ),
    on_message(
        "a task is pending, in progress, complete or failed",
        TASK,
        task(status="pending"),
        task(status="done"),
        "/0/status",
        ENUM,
    ),
    on_message(
        "a task's details are one rich text",
        TASK,
        task(details={"type": "rich_text", "elements": []}),
        task(details=section()),
        "/0/details/type",
        ENUM,
    ),
    on_message(
        "a provider's name has at most 75 characters",
        AUTH,
        auth(name=plain(long(75))),
        auth(name=plain(long(76))),
        "/0/name/text",
        less(75),
    ),
    on_message(
        "a provider says whether the person is connected",
        AUTH,
        auth(is_connected=True),
        without(BLOCKS["auth_provider"], "is_connected"),
        "/0",
        missing("is_connected"),
    ),
    on_message(
        "a provider is connected by https",
        AUTH,
        auth(auth_url="https://a.example/connect"),
        auth(auth_url="http://a.example/connect"),
        "/0/auth_url",
        "must be an https URL",
    ),
]
