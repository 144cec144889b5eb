"""The arguments of a call, narrowed to what a method asks for."""

from sandbox.wire import JsonObject, SlackError, as_list, maybe_object, parse

LONGEST_NUMBER = 18  # digits: what fits into 64 bits


def refused(words: str, name: str) -> SlackError:
    """https://docs.slack.dev/apis/web-api#responses: what is wrong, and where."""
    return SlackError("invalid_arguments", [f"[ERROR] {words} [json-pointer:/{name}]"])


class Arguments:
    """The arguments of a call, however they came. Slack's own words when one is amiss."""

    def __init__(self, given: JsonObject) -> None:
        self.given = given

    def text(self, name: str) -> str:
        """Raises SlackError invalid_arguments when it is missing."""
        value = self.maybe(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def maybe(self, name: str) -> str:
        """The text of an argument, empty when it was not given."""
        value = self.given.get(name)
        if value is None or value == []:
            return ""
        if isinstance(value, bool | int | float):
            return str(value).lower()
        if not isinstance(value, str):
            raise refused("must be a string", name)
        return value

    def has(self, name: str) -> bool:
        return self.given.get(name) is not None

    def flag(self, name: str) -> bool:
        return self.maybe(name) in ("true", "1")

    def number(self, name: str, default: int) -> int:
        value = self.maybe(name)
        if not value:
            return default
        if not value.removeprefix("-").isdecimal() or len(value) > LONGEST_NUMBER:
            raise refused("must be an integer", name)
        return int(value)

    def names(self, name: str) -> list[str]:
        """A list that comes as an array or with commas."""
        listed = as_list(self.given.get(name)) or self.maybe(name).split(",")
        return [str(each).strip() for each in listed if str(each).strip()]

    def json(self, name: str, otherwise: str) -> object:
        """A JSON argument, parsed if it came as text. Raises SlackError `otherwise`."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return parse(value) if value else None
        except ValueError as error:
            raise SlackError(otherwise) from error

    def json_object(self, name: str) -> JsonObject:
        """Raises SlackError invalid_arguments unless it is a JSON object."""
        value = maybe_object(self.json(name, "invalid_arguments"))
        if value is None:
            self.text(name)
            raise refused("must be an object", name)
        return value
