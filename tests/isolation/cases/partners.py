"""Functions about partners: their names, contacts, lists, cards, and merging them."""

from services import partners
from services.outbox import Place
from services.partners import (
    contacts,
    direct,
    edit,
    find,
    likeness,
    listing,
    merging,
    offered_direct,
    records,
    share,
)
from services.partners.overview import last_contacts, overview
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known


def elsewhere(its: Known) -> Place:
    return Place(its.workspace_id, "C0DEALS")


def an_edit(its: Known) -> edit.EditPartner:
    return edit.EditPartner(
        partner_id=its.partner_id, opened={}, name="Vandelay", domain="cloud", status="active"
    )


def a_contact(its: Known) -> contacts.SaveContact:
    return contacts.SaveContact(partner_id=its.partner_id, name="Homer")


CASES: tuple[Case, ...] = (
    Case(
        partners.create_partner,
        lambda its, _: (partners.CreatePartner(name=its.partner_name, domain="cloud"),),
    ),
    Case(find.active_names, nothing),
    Case(find.find_partner, lambda its, _: (its.partner_name,)),
    Case(listing.list_partners, lambda _, __: (listing.ListPartners(),)),
    Case(
        listing.list_partners,
        lambda its, _: (listing.ListPartners(words=its.partner_name),),
    ),
    Case(listing.read_list, lambda its, _: (its.partner_name,)),
    Case(find.suggest, lambda its, _: (its.partner_name,)),
    Case(last_contacts, lambda its, _: ([its.partner_id],)),
    Case(overview, lambda its, _: (its.partner_id,)),
    Case(records.domain_labels, nothing),
    Case(records.domains, nothing),
    Case(records.load, lambda its, _: ([its.partner_id],)),
    Case(records.partner, lambda its, _: (its.partner_id,)),
    Case(share.share_partner, lambda its, own: (its.partner_id, elsewhere(own))),
    Case(share.share_partner, lambda its, own: (own.partner_id, elsewhere(its))),
    Case(contacts.save_contact, lambda its, _: (a_contact(its),)),
    Case(contacts.remove_contact, lambda its, _: (its.partner_id, "0")),
    Case(contacts.make_primary, lambda its, _: (its.partner_id, "0")),
    Case(direct, nothing),
    Case(offered_direct, nothing),
    Case(edit.edit_partner, lambda its, _: (an_edit(its),)),
    Case(edit.tell_renamed, lambda its, _: (its.partner_id,)),
    Case(find.named, lambda _, __: (find.listed(),)),
    Case(find.look_up, lambda its, _: (its.partner_name,)),
    Case(
        likeness.refuse_duplicates,
        lambda its, _: (likeness.Looks(its.partner_name, "cloud"), frozenset[object]()),
    ),
    Case(listing.figures, lambda its, _: ([its.partner_id],)),
    Case(merging.merge_preview, lambda its, own: (its.partner_id, own.partner_id)),
    Case(merging.merge_preview, lambda its, own: (own.partner_id, its.partner_id)),
    Case(merging.merge_partners, lambda its, own: (its.partner_id, own.partner_id)),
    Case(merging.merge_partners, lambda its, own: (own.partner_id, its.partner_id)),
    Case(records.hold, lambda its, _: (its.partner_id,)),
)
