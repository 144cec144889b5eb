"""What a company's people, workspaces and settings do not let happen."""

from collections.abc import Mapping
from datetime import date

from services.errors.problems import DomainError


class NoSeatLeft(DomainError):
    """The organization's seats are taken; only the operator of the installation can raise them."""

    def __init__(self, seats: int) -> None:
        self.seats = seats
        super().__init__(str(seats))


class NotAMember(DomainError):
    """Not one of the company's people: a bot, a guest, deactivated, or of another company."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotToldWho(DomainError):
    """Nothing is known of this newcomer yet, and what to know could not be asked just now."""


class TooManyLinkCodes(DomainError):
    """So many of the company's link codes are open that one has to be revoked first."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(str(most))


class WorkspaceTaken(DomainError):
    """The workspace belongs to a company already; only that one's admin can move it."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class NotConfigured(DomainError):
    """A setting that this needs has not been made yet."""

    def __init__(self, setting: str) -> None:
        self.setting = setting
        super().__init__(setting)


class StillUsed(DomainError):
    """Configured words would go that records still use: by key, how many of which kind (an
    opportunity, a partner … or another setting). Nothing was saved.

    It is once `moves` names where they go, unless `can_move` says that they cannot.
    """

    def __init__(
        self, setting: str, used: Mapping[str, Mapping[str, int]], *, can_move: bool = True
    ) -> None:
        self.setting = setting
        self.used = {key: dict(kinds) for key, kinds in used.items()}
        self.can_move = can_move
        super().__init__(f"{setting}: {', '.join(self.used)}")

    @property
    def counts(self) -> Mapping[str, int]:
        """By key, how many altogether."""
        return {key: sum(kinds.values()) for key, kinds in self.used.items()}


class NoRate(DomainError):
    """No exchange rate is in force for a currency on a day."""

    def __init__(self, currency: str, day: date) -> None:
        self.currency = currency
        self.day = day
        super().__init__(f"{currency} on {day}")


class SwitchedOff(DomainError):
    """The operator has switched the company off; only they can switch it on again."""


class Unlinked(DomainError):
    """An admin took the workspace out of the company: it comes back only when somebody asks."""
