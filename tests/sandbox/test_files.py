from datetime import timedelta

import aiohttp

from sandbox import Channel, Person, Sandbox, Team
from tests.sandbox.slack_app import TOKEN, Api, FixedClock, Payload, SlackApp, modal, refusal

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 24


async def announced(api: Api, content: bytes, name: str, **more: str) -> tuple[str, str]:
    """Where to upload, and the id the file will have."""
    answer = await api.files_getUploadURLExternal(filename=name, length=len(content), **more)
    return answer["upload_url"], answer["file_id"]


async def posted(address: str, content: object) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(address, data=content) as answer:
        return answer.status, await answer.text()


async def read(address: str, token: str = "") -> tuple[str, bytes]:
    """The content type and what is there for this token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        assert answer.status == 200
        return answer.content_type, await answer.read()


async def uploaded(api: Api, content: bytes = PICTURE, name: str = "funnel.png", **to: str) -> str:
    address, file_id = await announced(api, content, name)
    await posted(address, content)
    await api.files_completeUploadExternal(files=[{"id": file_id, "title": "Funnel"}], **to)
    return file_id


def image(**source: object) -> Payload:
    return {"type": "image", "slack_file": source, "alt_text": "the funnel"}


async def test_a_file_goes_up_and_comes_down_for_who_has_the_token(
    api: Api, deals: Channel, clock: FixedClock, me: Person
) -> None:
    file_id = await uploaded(api, channel_id="C0DEALS", initial_comment="Look")
    fresh = (await api.files_info(file=file_id))["file"]
    clock.advance(timedelta(seconds=2))

    file = (await api.files_info(file=file_id))["file"]

    (message,) = me.sees(deals)
    assert (message.text, message.files, message.subtype) == ("Look", [file_id], "file_share")
    assert (fresh["mimetype"], file["mimetype"], file["filetype"]) == ("", "image/png", "png")
    assert (file["title"], file["size"]) == ("Funnel", len(PICTURE))
    assert file["shares"]["public"]["C0DEALS"][0]["ts"] == message.ts
    assert await read(file["url_private"], TOKEN) == ("image/png", PICTURE)
    for token in ("", "xoxb-other"):
        kind, page = await read(file["url_private_download"], token)
        assert (kind, b"Sign in" in page) == ("text/html", True)


async def test_the_sdk_uploads_into_a_thread_by_itself(
    slack: Sandbox, api: Api, deals: Channel, me: Person
) -> None:
    parent = await api.chat_postMessage(channel="C0DEALS", text="Quarter")

    await api.files_upload_v2(
        content="a,b\n1,2\n",
        filename="deals.csv",
        channel="C0DEALS",
        thread_ts=parent["ts"],
        alt_txt="table",
    )

    reply = me.sees(deals)[-1]
    shown = (await api.conversations_replies(channel="C0DEALS", ts=parent["ts"]))["messages"][1]
    assert (reply.thread_ts, shown["files"][0]["name"]) == (parent["ts"], "deals.csv")


async def test_an_upload_may_come_as_a_form(api: Api) -> None:
    address, file_id = await announced(api, b"hello", "a.txt")
    form = aiohttp.FormData()
    form.add_field("filename", b"hello", filename="a.txt")

    status, words = await posted(address, form)
    answer = await api.files_completeUploadExternal(files=[{"id": file_id}])

    assert (status, words) == (200, "OK - 5")
    assert answer["files"][0]["title"] == "a.txt"


async def test_an_upload_of_another_length_or_without_bytes_is_no_file(api: Api) -> None:
    address, file_id = await announced(api, b"hello", "a.txt")

    status, _ = await posted(address, b"hello and more")
    told = await refusal(api.files_completeUploadExternal(files=[{"id": file_id}]))

    assert (status, told["error"]) == (400, "file_not_found")
    empty = api.api_call("files.getUploadURLExternal", params={"filename": "a.txt", "length": "0"})
    assert (await refusal(empty))["error"] == "missing_argument"


async def test_a_form_that_cannot_be_read_is_no_upload(api: Api) -> None:
    address, _ = await announced(api, b"hello", "a.txt")
    headers = {"Content-Type": "multipart/form-data; boundary=b"}

    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.post(address, data=b"hello")

    assert answer.status == 400


async def test_an_upload_outlives_a_completion_that_was_refused(api: Api) -> None:
    address, file_id = await announced(api, b"hello", "a.txt")
    await posted(address, b"hello")
    mine = {"id": file_id}

    refusals = [
        (await refusal(api.files_completeUploadExternal(files=files)))["error"]
        for files in ([mine, {"id": "F0NONE"}], [mine, mine])
    ]
    answer = await api.files_completeUploadExternal(files=[mine])

    assert refusals == ["file_not_found"] * 2
    assert answer["files"][0]["id"] == file_id


async def test_a_file_of_any_name_can_be_read(api: Api) -> None:
    for name in ("Q3 (final).pdf", "../a/b.txt", "%2e", "..", "Übersicht?.csv", "a\nb.txt"):
        file_id = await uploaded(api, b"hello", name)
        file = (await api.files_info(file=file_id))["file"]

        assert (await read(file["url_private_download"], TOKEN))[1] == b"hello"
        assert file["name"] == name


async def test_a_picture_is_shown_in_blocks_once_slack_has_looked_at_it(
    api: Api, deals: Channel, clock: FixedClock
) -> None:
    file_id = await uploaded(api)

    early = await refusal(
        api.chat_postMessage(channel="C0DEALS", text="x", blocks=[image(id=file_id)])
    )
    clock.advance(timedelta(seconds=2))
    fine = await api.chat_postMessage(channel="C0DEALS", text="x", blocks=[image(id=file_id)])

    place = "invalid slack file [json-pointer:/blocks/0/slack_file.id/slack_file]"
    assert (early["error"], early["errors"]) == ("invalid_blocks", [place])
    assert fine["message"]["blocks"][0]["slack_file"] == {"id": file_id}


async def test_an_attachment_shows_no_file_that_is_not_there(api: Api, deals: Channel) -> None:
    attachments = [{"blocks": [image(id="F0NONE")]}]

    told = await refusal(api.chat_postMessage(channel="C0DEALS", text="x", attachments=attachments))

    place = "/attachments/0/blocks/0/slack_file.id/slack_file"
    assert told["errors"] == [f"invalid slack file [json-pointer:{place}]"]


async def test_an_answer_to_a_modal_shows_no_file_that_is_not_there(
    slack: Sandbox, api: Api, team: Team, me: Person, app: SlackApp
) -> None:
    trigger = slack.core.triggers.issue(team.id, me.member.id)
    await api.views_open(trigger_id=trigger, view=modal())
    me.fill({"customer": "Acme"})
    app.answers({"response_action": "update", "view": modal(image(id="F0NONE"))})

    answer = await me.submit()

    assert (answer.error, me.view is not None) == ("invalid_arguments", True)


async def test_a_scheduled_message_whose_picture_is_gone_stays_away(
    slack: Sandbox, api: Api, deals: Channel, clock: FixedClock, me: Person
) -> None:
    file_id = await uploaded(api)
    clock.advance(timedelta(seconds=2))
    soon = int(clock.now().timestamp()) + 60
    blocks = [image(id=file_id)]
    await api.chat_scheduleMessage(channel="C0DEALS", text="x", blocks=blocks, post_at=soon)
    await api.files_delete(file=file_id)

    await slack.travel(timedelta(minutes=2))

    assert me.sees(deals) == []


async def test_a_modal_shows_no_file_that_is_not_there(
    slack: Sandbox, api: Api, team: Team, me: Person
) -> None:
    trigger = slack.core.triggers.issue(team.id, me.member.id)

    told = await refusal(api.views_open(trigger_id=trigger, view=modal(image(id="F0NONE"))))

    assert told["error"] == "invalid_arguments"
    assert "/view/blocks/0/slack_file" in told["response_metadata"]["messages"][0]


async def test_files_are_listed_and_deleted_by_their_owner(
    api: Api, team: Team, deals: Channel, clock: FixedClock, me: Person
) -> None:
    picture = await uploaded(api, channel_id="C0DEALS")
    note = await uploaded(api, b"plain", "a.txt")

    images = await api.files_list(types="images")
    everything = await api.files_list()
    await api.files_delete(file=picture)

    assert [file["id"] for file in images["files"]] == [picture]
    assert everything["paging"]["total"] == 2
    assert (await refusal(api.files_info(file=picture)))["error"] == "file_deleted"
    assert [file["id"] for file in (await api.files_list())["files"]] == [note]
    (message,) = (await api.conversations_history(channel="C0DEALS"))["messages"]
    assert message["files"] == [{"id": picture, "mode": "tombstone"}]


async def test_a_file_goes_only_where_the_app_may_write(api: Api, team: Team) -> None:
    team.add_channel("C0OPEN", "open", with_bot=False)
    address, file_id = await announced(api, b"hello", "a.txt")
    await posted(address, b"hello")

    outside = await refusal(
        api.files_completeUploadExternal(files=[{"id": file_id}], channel_id="C0OPEN")
    )
    nowhere = await refusal(
        api.files_completeUploadExternal(files=[{"id": file_id}], channel_id="C0NONE")
    )
    team.grant(["files:read"])
    told = await refusal(api.files_completeUploadExternal(files=[{"id": file_id}]))

    assert (outside["error"], nowhere["error"]) == ("not_in_channel", "channel_not_found")
    assert told["needed"] == "files:write"
