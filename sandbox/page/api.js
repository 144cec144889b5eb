// The page's one way to the sandbox: JSON over HTTP, and a stream that says when to look again.

async function answerOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    body = {};
  }
  if (response.ok) return body;
  const error = new Error(body.error || `The sandbox answered ${response.status}.`);
  error.status = response.status;
  throw error;
}

export class Api {
  constructor(identity) {
    this.identity = identity; // () => ({team, as})
  }

  /** Everything the person sees; `extra` may hold channel or before. */
  async state(extra = {}) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...this.identity(), ...extra })) {
      if (value) query.set(name, value);
    }
    return answerOf(await fetch(`/ui/state?${query}`, { headers: { Accept: "application/json" } }));
  }

  /** Does what a person does. Throws when the sandbox cannot be reached or refuses. */
  async post(path, body = {}) {
    const response = await fetch(`/ui/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...this.identity(), ...body }),
    });
    return answerOf(response);
  }

  /** Hands in files; `fields` say where they go (nowhere yet, for a modal's file input). */
  async upload(fields, files) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...this.identity(), ...fields })) {
      if (value) form.append(name, value);
    }
    for (const file of files) form.append("file", file, file.name);
    return answerOf(await fetch("/ui/upload", { method: "POST", body: form }));
  }
}

/** What the inspector and the fault switches read: nothing of it belongs to one person. */
export async function read(path) {
  return answerOf(await fetch(`/ui/${path}`, { headers: { Accept: "application/json" } }));
}

/** Calls `changed` at each change and `reached` with whether the sandbox answers at all. */
export function follow({ changed, reached }) {
  const stream = new EventSource("/ui/events");
  stream.addEventListener("changed", () => changed());
  stream.addEventListener("open", () => {
    reached(true);
    changed();
  });
  stream.addEventListener("error", () => reached(false));
  return stream;
}
