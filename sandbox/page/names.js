// People as the page names them: who they are, what they may do, where they are.

/** A person's name with what they may do, as one line. */
export function nameOf(person) {
  const marks = [roleOf(person), person.home ? "other company" : null].filter(Boolean);
  return `${person.real_name || person.display_name || person.name}${marks.length ? ` (${marks.join(", ")})` : ""}`;
}

/** The word for what they may do, null for a plain member. */
function roleOf(person) {
  const roles = [["is_owner", "owner"], ["is_admin", "admin"], ["is_restricted", "guest"]];
  return roles.find(([flag]) => person[flag])?.[1] ?? null;
}

/** What stands beside a name in the list of people. */
export function marksOf(person) {
  if (person.deleted) return "deactivated";
  return [roleOf(person), person.home ? "other company" : null, city(person.tz)].filter(Boolean).join(" · ");
}

function city(zone) {
  return zone.split("/").at(-1).replaceAll("_", " ");
}

