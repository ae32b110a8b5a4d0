import type { NoticeId } from './rows.ts';
import type { Command, Protocol } from './protocol.ts';
import type { Form } from './table.ts';
import type { Values } from './template.ts';
import { fill } from './template.ts';

/** The verbose mode of a session (facts/smp351 1.6). */
export type Verbose = 0 | 1 | 2 | 3;

/** Whether a session in this mode gets the changes that others made: modes 1 and 3 (facts/smp351 1.6). */
export const hearsChanges = (verbose: Verbose): boolean => verbose === 1 || verbose === 3;

/**
 * The lines of a reply, without their CR LF. Changes are tagged in every mode; a query is bare in modes 0 and 1, tagged
 * in 2 and 3. Throws TypeError when a value the reply needs is missing.
 */
export function formatReply(command: Command, form: Form, values: Values, verbose: Verbose): string[] {
  const plain = form === 'query' && verbose < 2;
  const reply = form === 'list' ? command.listed : plain ? command.bare : command.tagged;
  if (reply === undefined) throw new TypeError(`sis: ${command.id} has no reply for ${form}`);
  return fill(reply.tokens, command.codecs, values, 'encode').split('\r\n');
}

/** The lines that other sessions in modes 1 and 3 get for a change; none if only the asker gets them. */
export const formatForOthers = (command: Command, form: Form, values: Values): string[] =>
  command.spec.to === 'everyone' ? formatReply(command, form, values, 3) : [];

/** The line for a notice that is sent unasked, such as the countdown. Throws TypeError when a value is missing. */
export function formatNotice(protocol: Protocol, id: NoticeId, values: Values): string {
  const notice = protocol.notices.get(id);
  if (notice === undefined) throw new TypeError(`sis: no notice ${id}`);
  return fill(notice.line.tokens, notice.codecs, values, 'encode');
}

/** A command as a client sends it, with ESC and CR where they belong. Throws TypeError when a value is missing. */
export function formatCommand(command: Command, form: Form, values: Values): string {
  const pattern = command.forms[form]?.[0];
  if (pattern === undefined) throw new TypeError(`sis: ${command.id} has no ${form}`);
  const text = fill(pattern.tokens, command.codecs, values, 'write');
  return pattern.escape ? `\u001b${text}\r` : text;
}
