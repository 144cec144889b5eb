"""files.*: uploads in three steps, and what became of them.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from dataclasses import replace

from sandbox import files, posting
from sandbox.files import Described
from sandbox.limits import TIER_3, TIER_4
from sandbox.posting import Draft, Place
from sandbox.records import Channel, File
from sandbox.shapes import wire_file
from sandbox.web_api import drafts
from sandbox.web_api.call import ApiCall, Method
from sandbox.web_api.pages import MOST
from sandbox.web_api.tickets import Ticket, Tickets
from sandbox.wire import JsonObject, SlackError, as_objects, as_text

LONGEST_ALT, MOST_CHANNELS, LARGEST_SNIPPET = 1000, 100, 1024 * 1024
KINDS = {
    "all": frozenset[str](),
    "images": frozenset({"png", "jpg", "gif"}),
    "pdfs": frozenset({"pdf"}),
    "zips": frozenset({"zip"}),
    "snippets": frozenset({"text", "csv", "json", "markdown", "python"}),
    "spaces": frozenset({"space"}),
    "gdocs": frozenset({"gdoc"}),
}


def get_upload_url(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""
    name, length = call.args.text("filename"), call.args.number("length", 0)
    if length < 1:
        raise SlackError("missing_argument")
    about = Described(name, "", call.args.maybe("alt_txt"), call.args.maybe("snippet_type"))
    if len(about.alt_text) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    if about.snippet_type and length > LARGEST_SNIPPET:
        raise SlackError("snippet_too_large")
    ticket = Ticket(call.team, files.new_id(call.core), call.user_id, about, length)
    secret = call.core.app.secret(f"upload {ticket.file_id}")
    call.services.tickets.open[secret] = ticket
    return {"upload_url": f"{call.core.url}/upload/v1/{secret}", "file_id": ticket.file_id}


def complete_upload(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal"""
    asked = as_objects(call.args.json("files", "invalid_arguments"))
    if not asked:
        call.args.text("files")
        raise SlackError("invalid_arguments", ["[ERROR] must be an array [json-pointer:/files]"])
    rooms, draft = _rooms(call), _comment(call)
    thread_ts = drafts.thread_of(call, rooms[0]) if len(rooms) == 1 else None
    _are_uploaded(call, [as_text(each.get("id")) for each in asked])
    kept = [_kept(call, each) for each in asked]
    for room in rooms:
        kept = [files.shared(call.team, file, [room]) for file in kept]
        place = Place(room.id, call.token.user_id or None, thread_ts, subtype="file_share")
        posting.post(call.core, call.team, place, replace(draft, files=[file.id for file in kept]))
    for file in kept:
        files.look_at(call.core, call.team, file)
    return {"files": [_shown(call, file) for file in kept]}


def info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/files.info"""
    file = _file(call)
    return {"file": _shown(call, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def list_all(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/files.list"""
    found = sorted(_listed(call), key=lambda file: (-file.created, file.id))
    count = max(1, min(call.args.number("count", 100), MOST))
    page = max(1, call.args.number("page", 1))
    pages = -(-len(found) // count)
    shown = [_shown(call, file) for file in found[(page - 1) * count : page * count]]
    paging = {"count": count, "total": len(found), "page": page, "pages": pages}
    return {"files": shown, "paging": paging}


def delete(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/files.delete"""
    file = _file(call)
    if file.user != call.user_id:
        raise SlackError("cant_delete_file")
    files.remove(call.core, call.team, file)
    return {}


def take_bytes(tickets: Tickets, secret: str, content: bytes) -> str | None:
    """What was posted to an upload address; what is wrong with it, or None."""
    ticket = tickets.open.get(secret)
    if ticket is None:
        return "unknown upload"
    if len(content) != ticket.length:
        return f"expected {ticket.length} bytes"
    del tickets.open[secret]
    tickets.uploaded[ticket.file_id] = (ticket, content)
    return None


def _are_uploaded(call: ApiCall, ids: list[str]) -> None:
    """Raises SlackError, before anything is done, unless each is the caller's and named once."""
    uploaded = call.services.tickets.uploaded
    tickets = [uploaded[each][0] for each in ids if each in uploaded]
    mine = [each for each in tickets if each.team is call.team and each.user_id == call.user_id]
    if not len(set(ids)) == len(ids) == len(mine):
        raise SlackError("file_not_found")


def _kept(call: ApiCall, asked: JsonObject) -> File:
    ticket, content = call.services.tickets.uploaded.pop(as_text(asked.get("id")))
    about = replace(ticket.about, title=as_text(asked.get("title")))
    return files.keep_as(call.core, call.team, ticket.file_id, call.user_id, about, content)


def _rooms(call: ApiCall) -> list[Channel]:
    ids = call.args.names("channels") or _one_room(call)
    if len(ids) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    return [_room(call, each) for each in ids]


def _one_room(call: ApiCall) -> list[str]:
    """People are taken among `channels` only.

    https://github.com/slackapi/bolt-js/issues/2115
    """
    one = call.args.maybe("channel_id")
    if one and not one.startswith(("C", "G", "D", "Z")):
        words = "input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]"
        raise SlackError("invalid_arguments", [f"[ERROR] {words}"])
    return [one] if one else []


def _room(call: ApiCall, name: str) -> Channel:
    person = call.team.people.get(name)
    room = call.team.channels.get(name) if person is None else call.team.dm(person)
    if room is None or (room.private and not call.is_in(room)):
        raise SlackError("channel_not_found")
    if room.archived:
        raise SlackError("posting_to_channel_denied")
    if not call.is_in(room):
        raise SlackError("not_in_channel")
    return room


def _comment(call: ApiCall) -> Draft:
    """An initial comment counts before blocks do."""
    fields: JsonObject = {}
    if call.args.maybe("initial_comment"):
        fields["text"] = call.args.maybe("initial_comment")
    elif call.args.has("blocks"):
        fields["blocks"] = call.args.json("blocks", "invalid_blocks")
    return posting.drafted(fields)


def _listed(call: ApiCall) -> list[File]:
    channel, user = call.args.maybe("channel"), call.args.maybe("user")
    types = call.args.names("types") or ["all"]
    if set(types) - set(KINDS):
        raise SlackError("unknown_type")
    if user and user not in call.team.people:
        raise SlackError("user_not_found")
    wanted = frozenset[str]().union(*(KINDS[each] for each in types))
    first, last = call.args.number("ts_from", 0), call.args.number("ts_to", 1 << 40)
    return [
        file
        for file in call.team.files.values()
        if not file.deleted
        and files.can_see(call.team, file, call.user_id)
        and (not channel or channel in file.channels)
        and (not user or file.user == user)
        and first <= file.created <= last
        and ("all" in types or file.filetype in wanted)
    ]


def _file(call: ApiCall) -> File:
    file = call.team.files.get(call.args.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    if not files.can_see(call.team, file, call.user_id):
        raise SlackError("not_visible")
    return file


def _shown(call: ApiCall, file: File) -> JsonObject:
    return wire_file(call.core, call.team, file)


READ, WRITE = ("files:read",), ("files:write",)
METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, WRITE, TIER_4),
    "files.completeUploadExternal": Method(complete_upload, WRITE, TIER_4),
    "files.info": Method(info, READ, TIER_4),
    "files.list": Method(list_all, READ, TIER_3, of_team=True),
    "files.delete": Method(delete, WRITE, TIER_3),
}
