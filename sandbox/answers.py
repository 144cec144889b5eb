"""What a person sees come of what they did."""

from dataclasses import dataclass, field

from sandbox.wire import JsonObject
from sandbox.workspace import Message


@dataclass(frozen=True)
class Answer:
    """The outcome of one act. `error` is set whenever the app did not answer as Slack demands.

    `message`: the sentence Slack shows for the error. `text` and `blocks` are those of the reply in
    the HTTP answer; `ephemeral` the newest message only this person sees that came of the act.
    """

    status: int | None = None
    error: str | None = None
    message: str | None = None
    text: str = ""
    blocks: list[JsonObject] = field(default_factory=list[JsonObject])
    ephemeral: Message | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def ok(self) -> bool:
        return self.error is None and not self.errors


@dataclass(frozen=True)
class Option:
    """One entry of a list of options, with the label of its group if it has one."""

    text: str
    value: str
    group: str | None = None


class SuggestionFailed(Exception):
    """The app gave no valid list of options; says what was wrong."""
