"""The addresses Slack gives with an interaction, to answer it up to five times in half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox import posting
from sandbox.core import Call, Core
from sandbox.posting import Draft, Place
from sandbox.wire import JsonObject, SlackError, as_text, maybe_object, parse
from sandbox.workspace import Message, Team

LIFE = timedelta(minutes=30)
USES = 5


@dataclass
class ResponseUrl:
    """Whom and what an answer belongs to. `origin`: the ts of the message that was touched."""

    team: Team
    user_id: str
    channel: str
    issued: datetime
    origin: str | None = None
    used: int = 0


@dataclass
class ResponseUrls:
    """Issues the addresses and takes the answers."""

    core: Core
    _issued: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])

    def issue(self, team: Team, user_id: str, channel: str, origin: Message | None = None) -> str:
        now = self.core.clock.now()
        self._forget_before(now - 2 * LIFE)
        path = f"{team.id}/{len(self._issued)}{self.core.names.next()}"
        secret = self.core.app.secret(path)[:24]
        ts = None if origin is None else origin.ts
        self._issued[f"{path}/{secret}"] = ResponseUrl(team, user_id, channel, now, ts)
        return f"{self.core.url}/actions/{path}/{secret}"

    def answer(self, path: str, body: bytes) -> None:
        """Does what a post to the address asks. Raises SlackError, as the post is refused."""
        url = self._issued.get(path)
        fields = _fields(body)
        try:
            _use(self.core, _usable(url, self.core.clock.now()), fields)
        except SlackError as error:
            self._note(url, fields, error.code)
            raise
        self._note(url, fields, None)

    def _note(self, url: ResponseUrl | None, fields: JsonObject | None, error: str | None) -> None:
        team_id = None if url is None else url.team.id
        at = self.core.clock.now()
        self.core.note_call(Call("response_url", team_id, fields or {}, error is None, error, at))

    def _forget_before(self, moment: datetime) -> None:
        while self._issued:
            oldest = next(iter(self._issued))
            if self._issued[oldest].issued >= moment:
                return
            del self._issued[oldest]


def _fields(body: bytes) -> JsonObject | None:
    try:
        return maybe_object(parse(body))
    except ValueError:
        return None


def _usable(url: ResponseUrl | None, now: datetime) -> ResponseUrl:
    if url is None:
        raise SlackError("invalid_url")
    if now - url.issued > LIFE:
        raise SlackError("expired_url")
    if url.used >= USES:
        raise SlackError("used_url")
    return url


def _use(core: Core, url: ResponseUrl, fields: JsonObject | None) -> None:
    if fields is None:
        raise SlackError("invalid_payload")
    origin = url.team.message(url.channel, url.origin) if url.origin else None
    if fields.get("delete_original"):
        _delete(url, origin)
    else:
        _write(core, url, origin, fields)
    url.used += 1


def _delete(url: ResponseUrl, origin: Message | None) -> None:
    if origin is None:
        raise SlackError("message_not_found")
    posting.remove(url.team, origin)


def _write(core: Core, url: ResponseUrl, origin: Message | None, fields: JsonObject) -> None:
    draft = posting.drafted(fields)
    if draft.is_empty:
        raise SlackError("no_text")
    if fields.get("replace_original") and origin is not None:
        posting.overwrite(core, url.team, origin, draft)
    else:
        posting.post(core, url.team, _place(url, fields), draft)


def _place(url: ResponseUrl, fields: JsonObject) -> Place:
    thread_ts = as_text(fields.get("thread_ts")) or None
    reader = None if fields.get("response_type") == "in_channel" else url.user_id
    return Place(url.channel, None, thread_ts, reader)


def answered_in_body(core: Core, place: Place, team: Team, fields: JsonObject) -> Message | None:
    """The message a command's answer carries; None when it carries none. Raises SlackError."""
    draft: Draft = posting.drafted(fields)
    if draft.is_empty:
        return None
    reader = None if fields.get("response_type") == "in_channel" else place.ephemeral_for
    return posting.post(core, team, Place(place.channel, None, None, reader), draft)
