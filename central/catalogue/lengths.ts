import { BadRequest } from './bad-request.ts';

/** The longest lecture; a longer one is a slip in a date. */
export const LONGEST_MS = 24 * 3600_000;

/** Refuses a stretch that is no lecture. Throws BadRequest. */
export function checkSlot({ startsAtMs, endsAtMs }: { startsAtMs: number; endsAtMs: number }): void {
  if (endsAtMs <= startsAtMs) throw new BadRequest('it must end after it begins');
  if (endsAtMs - startsAtMs <= LONGEST_MS) return;
  const hours = Math.round((endsAtMs - startsAtMs) / 3_600_000);
  throw new BadRequest(`it would last ${hours} hours: a lecture lasts 24 hours at most`);
}

/** Characters of a name or id; more fit into no index of the database. */
const MOST_NAME = 255;
/** Characters of a title. */
const MOST_TITLE = 500;

/** Refuses a name, an id or a key that is longer than any is. `what` says which: `agent_id`. Throws BadRequest. */
export function checkName(what: string, text: string | null | undefined): void {
  if ((text?.length ?? 0) > MOST_NAME) throw new BadRequest(`${what} has more than ${MOST_NAME} characters`);
}

/** The same for a title. Throws BadRequest. */
export function checkTitle(text: string | null | undefined): void {
  if ((text?.length ?? 0) > MOST_TITLE) throw new BadRequest(`the title has more than ${MOST_TITLE} characters`);
}
