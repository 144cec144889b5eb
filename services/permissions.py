"""What a person may do: the role's permissions, and the person's own grants and denials. Pure."""

from collections.abc import Iterable, Mapping
from typing import cast

from services.configuration.roles import FORMS, Roles


def permissions_of(
    roles: Roles, role: str, personal: Mapping[str, object] | None
) -> frozenset[str]:
    """The permissions of `role` with `personal` (`users.permissions`: grant, deny) on top.

    A denial is stronger than a grant. Names that are no permission count for nothing, so that
    neither a role nor a row can give the application's own right to everything.
    """
    found = roles.find(role)
    denied = _listed(personal, "deny")
    held = frozenset(found.permissions if found else ()) | _listed(personal, "grant")
    return frozenset(each for each in held if each in FORMS and not _is_denied(each, denied))


def _is_denied(permission: str, denied: Iterable[str]) -> bool:
    """A name denies all its forms; `:any` also the bare name, which means any."""
    name, _, scope = permission.partition(":")
    same = permission if scope else f"{name}:any"
    return not {name, permission, same}.isdisjoint(denied)


def _listed(permissions: Mapping[str, object] | None, key: str) -> frozenset[str]:
    listed = (permissions or {}).get(key)
    entries = cast("list[object]", listed) if isinstance(listed, list) else []
    return frozenset(str(each) for each in entries)
