"""What Slack's own SDK knows of Block Kit, the validator knows too."""

import inspect
from types import ModuleType

import pytest
from slack_sdk.models.blocks import Block, block_elements, blocks
from slack_sdk.models.blocks.block_elements import BlockElement, InputInteractiveElement

from tests.sandbox.blockkit_samples import (
    BLOCK_SURFACES,
    BLOCKS,
    ELEMENTS,
    PLACES,
    Json,
    in_place,
    problems_on,
)

UNKNOWN = "invalid additional property"
# Samples that the SDK's models cannot read yet.
NEWER = {"data_table", "data_visualization"}


def models(module: ModuleType, base: type) -> list[tuple[str, type]]:
    """The type and class of each model of which there is a sample."""
    found = inspect.getmembers(module, inspect.isclass)
    named = [(getattr(model, "type", ""), model) for _, model in found if issubclass(model, base)]
    return [(name, model) for name, model in named if name in {**BLOCKS, **ELEMENTS}]


def fields_of(model: type) -> set[str]:
    attributes = inspect.getattr_static(model, "attributes")
    if isinstance(attributes, property):
        assert attributes.fget is not None
        return set(attributes.fget(object.__new__(model)))
    return set(attributes)


def unknown_in(surface: str, block: Json) -> list[str]:
    return [each.message for each in problems_on(surface, block) if UNKNOWN in each.message]


@pytest.mark.parametrize(("name", "model"), models(blocks, Block))
def test_every_field_of_a_block_in_the_sdk_is_known(name: str, model: type) -> None:
    surface = BLOCK_SURFACES[name].split()[0]
    full = {**dict.fromkeys(fields_of(model)), **BLOCKS[name]}

    assert unknown_in(surface, full) == []


@pytest.mark.parametrize(("name", "model"), models(block_elements, BlockElement))
def test_every_field_of_an_element_in_the_sdk_is_known(name: str, model: type) -> None:
    inherited = fields_of(InputInteractiveElement) | {"alt_text"} - {"type"}
    own = fields_of(model) - inherited
    place, surfaces = next(iter(PLACES[name].items()))
    full = {**dict.fromkeys(own), **ELEMENTS[name]}

    assert unknown_in(str(surfaces).split()[0], in_place(place, full)) == []


@pytest.mark.parametrize("name", sorted(set(BLOCKS) - NEWER))
def test_what_the_validator_takes_the_sdk_takes_too(name: str) -> None:
    read = Block.parse(dict(BLOCKS[name]))

    assert read is not None
    assert read.to_dict()["type"] == name
