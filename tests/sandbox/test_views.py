from types import SimpleNamespace

import pytest

from sandbox import CannotEnter, Channel, NotThere, Person, Sandbox, SuggestionFailed
from tests.sandbox.slack_app import (
    Api,
    Payload,
    SlackApp,
    actions,
    button,
    client,
    input_block,
    modal,
    option,
    refusal,
    section,
    select,
    text_input,
)

TROUBLE = "We had some trouble connecting. Try again?"


@pytest.fixture
async def trigger(me: Person, app: SlackApp) -> str:
    await me.command("/opp")
    return app.last["trigger_id"]


async def opened(api: Api, me: Person, app: SlackApp, view: object) -> Payload:
    await me.command("/opp")
    return (await api.views_open(trigger_id=app.last["trigger_id"], view=view))["view"]


async def test_a_trigger_opens_a_modal(api: Api, me: Person, trigger: str) -> None:
    answer = await api.views_open(trigger_id=trigger, view=modal(private_metadata="v1"))

    assert me.view is not None
    assert (me.view.id, me.view.title, me.view.callback_id) == (
        answer["view"]["id"],
        "Deal",
        "deal",
    )
    assert answer["view"]["private_metadata"] == "v1"
    assert answer["view"]["app_installed_team_id"] == "T0ACME"
    assert answer["view"]["root_view_id"] == me.view.id
    expected = {"customer": {"customer": {"type": "plain_text_input", "value": None}}}
    assert answer["view"]["state"]["values"] == expected


async def test_a_trigger_is_exchanged_once(api: Api, trigger: str) -> None:
    await api.views_open(trigger_id=trigger, view=modal())

    told = await refusal(api.views_open(trigger_id=trigger, view=modal()))

    assert told["error"] == "exchanged_trigger_id"


async def test_a_trigger_expires_after_three_seconds(
    api: Api, me: Person, trigger: str, stopwatch: SimpleNamespace
) -> None:
    stopwatch.seconds += 3.1

    told = await refusal(api.views_open(trigger_id=trigger, view=modal()))

    assert told["error"] == "expired_trigger_id"
    assert me.view is None


async def test_a_trigger_of_another_team_is_invalid(slack: Sandbox, trigger: str) -> None:
    slack.add_team("T0GLOBEX", "Globex", domain="globex", bot_token="xoxb-globex")
    stranger = client(slack.api_url, "xoxb-globex")

    told = await refusal(stranger.views_open(trigger_id=trigger, view=modal()))

    assert told["error"] == "invalid_trigger_id"


async def test_an_invalid_view_is_refused_naming_the_place_and_leaves_the_trigger(
    api: Api, trigger: str
) -> None:
    bad = modal(section("a" * 3001))

    told = await refusal(api.views_open(trigger_id=trigger, view=bad))

    assert told["error"] == "invalid_arguments"
    (message,) = told["response_metadata"]["messages"]
    assert message.endswith("[json-pointer:/view/blocks/0/text/text]")
    assert (await api.views_open(trigger_id=trigger, view=modal()))["ok"]


async def test_inputs_without_a_submit_button_are_refused(api: Api, trigger: str) -> None:
    view = modal()
    del view["submit"]

    assert (await refusal(api.views_open(trigger_id=trigger, view=view)))["error"] == (
        "invalid_arguments"
    )


async def test_a_home_view_cannot_be_opened_as_a_modal(api: Api, trigger: str) -> None:
    home = {"type": "home", "blocks": [section("hi")]}

    told = await refusal(api.views_open(trigger_id=trigger, view=home))

    assert told["error"] == "invalid_arguments"


async def test_an_external_id_is_unique_in_its_team(
    api: Api, me: Person, other: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal(external_id="deal-1"))
    await other.command("/opp")

    call = api.views_open(trigger_id=app.last["trigger_id"], view=modal(external_id="deal-1"))

    assert (await refusal(call))["error"] == "duplicate_external_id"


async def test_three_modals_stack_and_a_fourth_is_refused(
    api: Api, me: Person, app: SlackApp
) -> None:
    row = actions(button("more", "More"))
    first = await opened(api, me, app, modal(row))
    await me.press_in_view("more")
    await api.views_push(trigger_id=app.last["trigger_id"], view=modal(row))
    await me.press_in_view("more")
    pushed = await api.views_push(trigger_id=app.last["trigger_id"], view=modal(row))
    await me.press_in_view("more")

    told = await refusal(api.views_push(trigger_id=app.last["trigger_id"], view=modal(row)))

    assert told["error"] == "push_limit_reached"
    assert me.views[0].id == first["id"]
    assert pushed["view"]["root_view_id"] == first["id"]
    assert pushed["view"]["previous_view_id"] == me.views[1].id


async def test_an_update_keeps_what_was_entered_where_the_input_stays(
    api: Api, me: Person, app: SlackApp
) -> None:
    view = await opened(api, me, app, modal(text_input("customer"), text_input("note")))
    me.fill({"customer": "Acme", "note": "old"})

    fresh = modal(text_input("customer", initial_value="x"), text_input("other", initial_value="y"))
    answer = await api.views_update(view_id=view["id"], view=fresh)

    values = answer["view"]["state"]["values"]
    assert values["customer"]["customer"]["value"] == "Acme"
    assert values["other"]["other"]["value"] == "y"
    assert "note" not in values


async def test_each_update_changes_the_hash_and_a_stale_one_conflicts(
    api: Api, me: Person, app: SlackApp
) -> None:
    view = await opened(api, me, app, modal())
    second = await api.views_update(view_id=view["id"], view=modal(), hash=view["hash"])

    told = await refusal(api.views_update(view_id=view["id"], view=modal(), hash=view["hash"]))

    assert second["view"]["hash"] != view["hash"]
    assert told["error"] == "hash_conflict"


async def test_a_view_can_be_updated_by_its_external_id(
    api: Api, me: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal(external_id="deal-1"))

    view = modal(section("later"), external_id="deal-1")
    await api.views_update(external_id="deal-1", view=view)

    assert me.view is not None
    assert me.view.blocks[0]["text"] == {"type": "mrkdwn", "text": "later"}


async def test_a_closed_view_is_not_found(api: Api, me: Person, app: SlackApp) -> None:
    view = await opened(api, me, app, modal())
    await me.close()

    told = await refusal(api.views_update(view_id=view["id"], view=modal()))

    assert told["error"] == "not_found"


async def test_a_home_tab_is_published_for_one_person(api: Api, me: Person, other: Person) -> None:
    home = {"type": "home", "blocks": [section("hi")]}

    answer = await api.views_publish(user_id="U0ANA", view=home)

    assert me.home is not None
    assert me.home.id == answer["view"]["id"]
    assert other.home is None
    told = await refusal(api.views_publish(user_id="U0ANA", view=home, hash="0.0"))
    assert told["error"] == "hash_conflict"


async def test_a_submission_carries_every_input_with_untouched_initial_values(
    api: Api, me: Person, app: SlackApp
) -> None:
    lost = option("lost")
    blocks = [
        text_input("customer"),
        text_input("note", initial_value="as it was"),
        select("stage", "won", "lost", initial_option=lost),
        input_block("due", {"type": "datepicker", "action_id": "due"}, optional=True),
    ]
    await opened(api, me, app, modal(*blocks))
    me.fill({"customer": "Acme"})

    await me.submit()

    told = app.last
    assert (told["type"], told["user"]["id"], told["team"]["id"]) == (
        "view_submission",
        "U0ANA",
        "T0ACME",
    )
    assert told["view"]["state"]["values"] == {
        "customer": {"customer": {"type": "plain_text_input", "value": "Acme"}},
        "note": {"note": {"type": "plain_text_input", "value": "as it was"}},
        "stage": {"stage": {"type": "static_select", "selected_option": lost}},
        "due": {"due": {"type": "datepicker", "selected_date": None}},
    }


async def test_an_empty_answer_closes_the_modal(api: Api, me: Person, app: SlackApp) -> None:
    await opened(api, me, app, modal())
    me.fill({"customer": "Acme"})

    answer = await me.submit()

    assert answer.ok
    assert me.view is None


async def test_a_required_input_left_empty_never_reaches_the_app(
    api: Api, me: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal())

    answer = await me.submit()

    assert answer.errors == {"customer": "Please complete this required field."}
    assert app.last.get("type") is None


@pytest.mark.parametrize(
    ("element", "entry", "words"),
    [
        (
            {"type": "plain_text_input", "max_length": 3},
            "four",
            "This must be 3 characters or fewer.",
        ),
        (
            {"type": "plain_text_input", "min_length": 3},
            "no",
            "This must be at least 3 characters.",
        ),
        (
            {"type": "number_input", "is_decimal_allowed": False},
            "1.5",
            "Please enter a whole number.",
        ),
        ({"type": "number_input", "is_decimal_allowed": True}, "one", "Please enter a number."),
        (
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "0"},
            "-1",
            "Please enter a number of at least 0.",
        ),
        ({"type": "email_text_input"}, "ana", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "acme", "Please enter a valid URL."),
    ],
)
async def test_what_the_client_itself_objects_to_never_reaches_the_app(
    api: Api,
    me: Person,
    app: SlackApp,
    element: Payload,
    entry: str,
    words: str,
) -> None:
    await opened(api, me, app, modal(input_block("it", {**element, "action_id": "it"})))
    me.fill({"it": entry})

    answer = await me.submit()

    assert answer.errors == {"it": words}


async def test_errors_stay_on_the_view_until_the_field_changes(
    api: Api, me: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal())
    me.fill({"customer": "Acme"})
    app.answers({"response_action": "errors", "errors": {"customer": "Taken"}})

    answer = await me.submit()

    assert answer.errors == {"customer": "Taken"}
    assert me.view is not None
    assert me.view.errors == {"customer": "Taken"}
    me.fill({"customer": "Acme 2"})
    assert me.view.errors == {}


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"customer": ""}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push"},
        {"response_action": "dance"},
        {"response_action": ["clear"]},
        ["list"],
    ],
)
async def test_an_answer_slack_does_not_take_leaves_the_modal_open_with_trouble(
    api: Api, me: Person, app: SlackApp, body: object
) -> None:
    await opened(api, me, app, modal())
    me.fill({"customer": "Acme"})
    app.answers(body)

    answer = await me.submit()

    assert answer.error is not None
    assert answer.message == TROUBLE
    assert me.view is not None
    assert (me.view.error, me.view.state["customer"]["customer"]["value"]) == (TROUBLE, "Acme")


async def test_a_failing_app_leaves_the_modal_open_with_trouble(
    api: Api, me: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal())
    me.fill({"customer": "Acme"})
    app.answers(status=500)

    answer = await me.submit()

    assert answer.error == "dispatch_failed"
    assert me.view is not None
    assert me.view.error == TROUBLE


async def test_an_update_in_the_answer_replaces_the_view(
    api: Api, me: Person, app: SlackApp
) -> None:
    view = await opened(api, me, app, modal())
    me.fill({"customer": "Acme"})
    app.answers({"response_action": "update", "view": modal(section("saved"))})

    await me.submit()

    assert me.view is not None
    assert me.view.id == view["id"]
    assert me.view.blocks[0]["type"] == "section"


async def test_a_push_in_the_answer_lays_a_view_over_it(
    api: Api, me: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal())
    me.fill({"customer": "Acme"})
    app.answers({"response_action": "push", "view": modal(section("sure?"))})

    await me.submit()
    app.answers()
    await me.submit()

    assert [view.title for view in me.views] == ["Deal"]
    assert me.view is not None
    assert me.view.blocks[0]["block_id"] == "customer"


async def test_clear_in_the_answer_closes_the_whole_stack(
    api: Api, me: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal())
    me.fill({"customer": "Acme"})
    app.answers({"response_action": "push", "view": modal(section("sure?"))})
    await me.submit()
    app.answers({"response_action": "clear"})

    await me.submit()

    assert me.views == []


async def test_closing_is_told_only_where_asked_for(api: Api, me: Person, app: SlackApp) -> None:
    await opened(api, me, app, modal())
    await me.close()
    told_before = len(app.requests)
    await opened(api, me, app, modal(notify_on_close=True))

    await me.close(everything=True)

    assert me.views == []
    assert app.requests[told_before - 1].payload.get("type") is None
    assert (app.last["type"], app.last["is_cleared"]) == ("view_closed", True)


async def test_only_listed_options_can_be_selected(api: Api, me: Person, app: SlackApp) -> None:
    await opened(api, me, app, modal(select("stage", "won", "lost")))

    with pytest.raises(CannotEnter):
        me.fill({"stage": "maybe"})


async def test_an_unknown_field_cannot_be_filled(api: Api, me: Person, app: SlackApp) -> None:
    await opened(api, me, app, modal())

    with pytest.raises(NotThere):
        me.fill({"partner": "Globex"})


async def test_a_missing_user_cannot_be_picked(
    api: Api, me: Person, other: Person, app: SlackApp
) -> None:
    element = {"type": "users_select", "action_id": "owner"}
    await opened(api, me, app, modal(input_block("owner", element)))

    me.fill({"owner": "U0BEN"})
    with pytest.raises(CannotEnter):
        me.fill({"owner": "U0NOBODY"})


async def partner_modal(api: Api, me: Person, app: SlackApp) -> None:
    element = {"type": "external_select", "action_id": "partner"}
    await opened(api, me, app, modal(input_block("partner", element)))


async def test_an_external_select_asks_the_app_and_takes_only_what_it_offered(
    api: Api, me: Person, app: SlackApp
) -> None:
    await partner_modal(api, me, app)
    app.answers({"options": [option("globex")]})

    options = await me.suggest("partner", "glo")
    asked = app.last
    await me.choose("partner", options[0])

    assert (asked["type"], asked["action_id"], asked["value"]) == (
        "block_suggestion",
        "partner",
        "glo",
    )
    assert asked["view"]["callback_id"] == "deal"
    assert me.view is not None
    assert me.view.state["partner"]["partner"]["selected_option"] == option("globex")
    with pytest.raises(CannotEnter):
        me.fill({"partner": "initech"})


async def test_grouped_options_come_with_their_label(api: Api, me: Person, app: SlackApp) -> None:
    await partner_modal(api, me, app)
    label = {"type": "plain_text", "text": "New"}
    app.answers({"option_groups": [{"label": label, "options": [option("globex")]}]})

    (found,) = await me.suggest("partner", "glo")

    assert (found.text, found.value, found.group) == ("Globex", "globex", "New")


async def test_a_query_below_the_shortest_asks_nobody(api: Api, me: Person, app: SlackApp) -> None:
    await partner_modal(api, me, app)
    before = len(app.requests)

    assert await me.suggest("partner", "gl") == []
    assert len(app.requests) == before


@pytest.mark.parametrize(
    "body", [{"options": [option("x" * 151)]}, {"options": [option("a")] * 101}, {"opt": []}]
)
async def test_invalid_options_are_refused(
    api: Api, me: Person, app: SlackApp, body: object
) -> None:
    await partner_modal(api, me, app)
    app.answers(body)

    with pytest.raises(SuggestionFailed):
        await me.suggest("partner", "glo")


async def test_an_input_that_dispatches_tells_the_app_with_the_whole_state(
    api: Api, me: Person, app: SlackApp
) -> None:
    chosen = {**select("stage", "won", "lost"), "dispatch_action": True}
    await opened(api, me, app, modal(chosen, text_input("note", initial_value="n")))

    await me.choose("stage", "won")

    told = app.last
    (action,) = told["actions"]
    assert (told["type"], told["container"]["view_id"]) == ("block_actions", told["view"]["id"])
    assert (action["action_id"], action["selected_option"]) == ("stage", option("won"))
    assert told["view"]["state"]["values"]["stage"]["stage"]["selected_option"] == option("won")
    assert told["view"]["state"]["values"]["note"]["note"]["value"] == "n"
    assert "response_url" not in told


async def test_a_conversation_picked_for_answers_brings_its_response_url(
    api: Api, me: Person, app: SlackApp, deals: Channel
) -> None:
    element = {
        "type": "conversations_select",
        "action_id": "to",
        "response_url_enabled": True,
    }
    await opened(api, me, app, modal(input_block("to", element)))
    me.fill({"to": "C0DEALS"})

    await me.submit()

    (given,) = app.last["response_urls"]
    assert (given["block_id"], given["channel_id"]) == ("to", "C0DEALS")


async def test_files_chosen_in_a_modal_are_submitted_as_whole_files(
    api: Api, me: Person, app: SlackApp
) -> None:
    element = {"type": "file_input", "action_id": "proof", "filetypes": ["pdf"], "max_files": 1}
    await opened(api, me, app, modal(input_block("proof", element)))
    pdf, text = me.keep("order.pdf", b"%PDF"), me.keep("notes.txt", b"no")

    with pytest.raises(CannotEnter, match="type"):
        me.fill({"proof": [text.id]})
    with pytest.raises(CannotEnter, match="at most 1"):
        me.fill({"proof": [pdf.id, pdf.id]})
    with pytest.raises(CannotEnter, match="uploaded"):
        me.fill({"proof": ["F0NOBODYS"]})
    me.fill({"proof": [pdf.id]})
    await me.submit()

    state = app.last["view"]["state"]["values"]["proof"]["proof"]
    assert state["type"] == "file_input"
    assert [(file["id"], file["name"]) for file in state["files"]] == [(pdf.id, "order.pdf")]


async def test_a_modal_that_clears_takes_its_whole_stack_and_each_says_so(
    api: Api, me: Person, app: SlackApp
) -> None:
    first = await opened(api, me, app, modal(notify_on_close=True))
    await me.command("/opp")
    pushed = modal(notify_on_close=True, clear_on_close=True)
    await api.views_push(trigger_id=app.last["trigger_id"], view=pushed)
    before = len(app.requests)

    await me.close()

    closed = [request.payload for request in app.requests[before:]]
    assert [(told["type"], told["is_cleared"]) for told in closed] == [("view_closed", True)] * 2
    assert closed[1]["view"]["id"] == first["id"]
    assert me.views == []


async def test_each_person_has_a_stack_of_their_own(
    api: Api, me: Person, other: Person, app: SlackApp
) -> None:
    await opened(api, me, app, modal(callback_id="mine"))
    await opened(api, other, app, modal(callback_id="theirs"))

    await other.close()

    assert ([view.callback_id for view in me.views], other.views) == (["mine"], [])


async def test_no_options_at_all_are_a_list_too(api: Api, me: Person, app: SlackApp) -> None:
    await partner_modal(api, me, app)
    app.answers({"options": []})

    assert await me.suggest("partner", "glo") == []


async def test_options_that_take_too_long_are_none(
    impatient: Sandbox, api: Api, me: Person, app: SlackApp
) -> None:
    await partner_modal(api, me, app)
    app.hangs()

    with pytest.raises(SuggestionFailed, match="operation_timeout"):
        await me.suggest("partner", "glo")
