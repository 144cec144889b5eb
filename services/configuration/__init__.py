"""Configuration: the catalogue of settings, and their values for an organization.

`get`, `held` and `present` read, `change` changes for a person, `write` for the application itself.
Exchange rates are in `rates`, the whole configuration as one document in `transfer`.
"""

from services.configuration import catalogue, rates
from services.configuration.catalogue import Setting
from services.configuration.changing import RESET, Change, Changed, Reset, change
from services.configuration.values import Held, Origin, get, held, hold, present, write

__all__ = [
    "RESET",
    "Change",
    "Changed",
    "Held",
    "Origin",
    "Reset",
    "Setting",
    "catalogue",
    "change",
    "get",
    "held",
    "hold",
    "present",
    "rates",
    "write",
]
