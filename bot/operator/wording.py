"""Refusals in an operator's words."""

from services.errors import DomainError, InvalidDocument, InvalidInput, NoSeatLeft


def in_words(refused: DomainError) -> str:
    """As people of a company read it, but where the operator can do more than they."""
    from handlers import replies  # noqa: PLC0415  # few commands need its room

    match refused:
        case NoSeatLeft():
            return (
                f"All {refused.seats} seats are in use. More: "
                "python -m bot organizations set SUBDOMAIN --seats NUMBER"
            )
        case InvalidInput():
            return "\n".join(
                f"{'.'.join(filter(None, (name, each.facts.get('path'))))}: "
                f"{replies.problem_sentence(each)}"
                for name, each in refused.problems.items()
            )
        case InvalidDocument():
            return "\n".join(
                f"Line {each.line}: {each.setting or 'the document'}: "
                f"{replies.problem_sentence(each.problem)}"
                for each in refused.problems
            )
        case _:
            return replies.sentence(refused)
