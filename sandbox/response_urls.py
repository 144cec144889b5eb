"""The addresses Slack gives with an interaction, to answer it up to five times in half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sandbox import posting
from sandbox.core import Call, Core
from sandbox.posting import Draft, Place
from sandbox.wire import JsonObject, SlackError, as_text, maybe_object, parse
from sandbox.workspace import Message, Team

LIFE = timedelta(minutes=30)
USES = 5
GONE = frozenset({"invalid_url", "expired_url", "used_url"})


@dataclass
class ResponseUrl:
    """Whom and what an answer belongs to. `origin`: the ts of the message that was touched;
    `trigger`: the trigger of the request that carried the address.
    """

    team: Team
    user_id: str
    channel: str
    issued: datetime
    origin: str | None = None
    trigger: str = ""
    used: int = 0


@dataclass
class ResponseUrls:
    """Issues the addresses and takes the answers."""

    core: Core
    _issued: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])

    def issue(
        self,
        team: Team,
        user_id: str,
        channel: str,
        origin: Message | None = None,
        trigger: str = "",
    ) -> str:
        """A new address of this person and channel."""
        now = self.core.clock.now()
        self._forget_before(now - 2 * LIFE)
        path = f"{team.id}/{len(self._issued)}{self.core.names.next()}"
        secret = self.core.app.secret(path)[:24]
        ts = None if origin is None else origin.ts
        self._issued[f"{path}/{secret}"] = ResponseUrl(team, user_id, channel, now, ts, trigger)
        return f"{self.core.url}/actions/{path}/{secret}"

    def answer(self, path: str, body: bytes, *, answered: bool = True) -> None:
        """Does what a post to the address asks. Raises SlackError, as the post is refused.

        `answered`: whether the caller will hear of it.
        """
        url, fields = self._issued.get(path), _fields(body)
        try:
            _use(self.core, _usable(url, self.core.clock.now()), fields)
        except SlackError as error:
            status = refusal_status(error) if answered else None
            self._note(url, fields, error.code, status, error.details)
            raise
        self._note(url, fields, None, 200 if answered else None)

    def broken(self, path: str, body: bytes, error: str, status: int | None) -> None:
        """Notes a post that came to nothing on its way."""
        self._note(self._issued.get(path), _fields(body), error, status)

    def _note(
        self,
        url: ResponseUrl | None,
        fields: JsonObject | None,
        error: str | None,
        status: int | None,
        details: JsonObject | None = None,
    ) -> None:
        team_id, trigger = (None, "") if url is None else (url.team.id, url.trigger)
        ok, at = error is None, self.core.clock.now()
        answer: JsonObject = {} if ok else {"ok": False, "error": error, **(details or {})}
        call = Call("response_url", team_id, fields or {}, ok, error, at, answer)
        self.core.note_call(replace(call, status=status, trigger=trigger))

    def _forget_before(self, moment: datetime) -> None:
        while self._issued:
            oldest = next(iter(self._issued))
            if self._issued[oldest].issued >= moment:
                return
            del self._issued[oldest]


def refusal_status(error: SlackError) -> int:
    """The HTTP status a refused post is answered with."""
    return 404 if error.code in GONE else 400


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
    if url.channel not in url.team.channels:
        raise SlackError("channel_not_found")
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
