import os
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sealing import Place, SealBrokenError, Sealer, new_key
from services.values import OrganizationId, WorkspaceId

COLUMN = "workspaces.sealed_bot_token"
ACME = Place(OrganizationId(UUID(int=1)), WorkspaceId(UUID(int=2)), COLUMN)


@given(secret=st.text(), column=st.text())
def test_what_was_sealed_opens_again(secret: str, column: str) -> None:
    sealer = Sealer([new_key()])

    place = replace(ACME, column=column)

    sealed = sealer.seal(place, secret)

    assert sealer.open(place, sealed) == secret


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"organization_id": OrganizationId(UUID(int=3))},
        {"workspace_id": WorkspaceId(UUID(int=3))},
        {"column": "workspaces.other"},
        {"organization_id": UUID(int=2), "workspace_id": UUID(int=1)},
    ],
    ids=["another company", "another workspace", "another column", "exchanged"],
)
def test_it_opens_nowhere_else(elsewhere: dict[str, Any]) -> None:
    sealer = Sealer([new_key()])
    sealed = sealer.seal(ACME, "xoxb-1")

    with pytest.raises(SealBrokenError):
        sealer.open(replace(ACME, **elsewhere), sealed)


def test_a_key_that_is_not_known_is_refused() -> None:
    sealed = Sealer([new_key()]).seal(ACME, "xoxb-1")

    with pytest.raises(SealBrokenError):
        Sealer([new_key()]).open(ACME, sealed)


def test_every_changed_bit_is_noticed() -> None:
    sealer = Sealer([new_key()])
    sealed = sealer.seal(ACME, "xoxb-1")

    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBrokenError):
            sealer.open(ACME, bytes(changed))


def test_every_shortened_secret_is_noticed() -> None:
    sealer = Sealer([new_key()])
    sealed = sealer.seal(ACME, "xoxb-1")

    for length in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            sealer.open(ACME, sealed[:length])


@given(garbage=st.binary(max_size=200))
def test_what_was_never_sealed_is_refused(garbage: bytes) -> None:
    with pytest.raises(SealBrokenError):
        Sealer([new_key()]).open(ACME, garbage)


def test_an_old_key_still_opens_after_a_new_one_was_put_in_front() -> None:
    old, new = new_key(), new_key()
    sealed = Sealer([old]).seal(ACME, "xoxb-1")

    rotated = Sealer([new, old])

    assert rotated.open(ACME, sealed) == "xoxb-1"


def test_after_a_rotation_it_is_known_what_is_under_the_old_key() -> None:
    old, new = new_key(), new_key()
    rotated = Sealer([new, old])

    before = Sealer([old]).seal(ACME, "xoxb-1")
    after = rotated.seal(ACME, "xoxb-1")

    assert not rotated.is_current(before)
    assert rotated.is_current(after)
    assert Sealer([new]).open(ACME, after) == "xoxb-1"


def test_the_same_secret_never_looks_the_same() -> None:
    sealer = Sealer([new_key()])

    sealed = {sealer.seal(ACME, "xoxb-1") for _ in range(50)}

    assert len(sealed) == 50


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [""],
        ["short"],
        ["not base64 at all!!"],
        [new_key()[:-4]],
        [new_key(), "short"],
        ["ключ"],
        [os.urandom(31).hex()],
    ],
)
def test_a_list_of_keys_that_cannot_be_right_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="encryption key"):
        Sealer(keys)


def test_a_refused_key_is_not_told_in_the_error() -> None:
    key = new_key() + "AAAA"

    with pytest.raises(ValueError, match="encryption key") as refused:
        Sealer([key])

    assert key not in str(refused.value)


def test_keys_do_not_show_when_a_sealer_is_printed() -> None:
    key = new_key()

    assert key not in repr(Sealer([key]))
