import { BadRequest } from './bad-request.ts';

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
