import { BadRequest } from './bad-request.ts';

/** Longest lecture, in ms; a longer one is refused as a mistake in a date. */
export const LONGEST_MS = 24 * 3600_000;

/** Checks that times can be those of a lecture. Throws BadRequest otherwise. */
export function checkSlot({ startsAtMs, endsAtMs }: { startsAtMs: number; endsAtMs: number }): void {
  if (endsAtMs <= startsAtMs) throw new BadRequest('it must end after it begins');
  if (endsAtMs - startsAtMs <= LONGEST_MS) return;
  const hours = Math.round((endsAtMs - startsAtMs) / 3_600_000);
  throw new BadRequest(`it would last ${hours} hours: a lecture lasts 24 hours at most`);
}

/** Characters of a name or id; a longer one is refused, since it would not fit into an index of the database. */
const MOST_NAME = 255;
/** Characters of a title; a longer one is refused. */
const MOST_TITLE = 500;

/**
 * Checks the length of a name, an id or a key; `what` names it in the message (`agent_id`). Throws BadRequest if it is
 * too long.
 */
export function checkName(what: string, text: string | null | undefined): void {
  if ((text?.length ?? 0) > MOST_NAME) throw new BadRequest(`${what} has more than ${MOST_NAME} characters`);
}

/** Checks the length of a title. Throws BadRequest if it is too long. */
export function checkTitle(text: string | null | undefined): void {
  if ((text?.length ?? 0) > MOST_TITLE) throw new BadRequest(`the title has more than ${MOST_TITLE} characters`);
}
