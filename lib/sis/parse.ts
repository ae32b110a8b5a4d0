import type { ErrorCode } from './errors.ts';
import type { Frame } from './framing.ts';
import type { Command, CommandForm, Protocol, WireForm } from './protocol.ts';
import type { Form } from './table.ts';
import { isAsking } from './table.ts';
import type { Codecs, Values } from './template.ts';

/** A command that was understood. `id`, `form` and `values` are what a handler is chosen by and given. */
export interface Parsed {
  readonly ok: true;
  readonly id: string;
  readonly form: Form;
  readonly command: Command;
  readonly values: Values;
}
export interface NotParsed {
  readonly ok: false;
  readonly code: ErrorCode;
}

const refused = (code: ErrorCode): NotParsed => ({ ok: false, code });

type Reading = 'decode' | 'read';

/** The values of matched fields, or the code of the first that means nothing. */
export function valuesOf(form: WireForm, codecs: Codecs, match: RegExpExecArray, side: Reading): Values | ErrorCode {
  const values: Record<string, unknown> = {};
  for (const [at, { name }] of form.fields.entries()) {
    const codec = codecs[name];
    const value = codec?.[side](match[at + 1] ?? '');
    if (value === undefined) return codec?.code ?? 'E13';
    values[name] = value;
  }
  return values;
}

function decode(form: CommandForm, match: RegExpExecArray): Parsed | NotParsed {
  const { command } = form;
  const values = valuesOf(form, command.codecs, match, 'decode');
  if (typeof values === 'string') return refused(values);
  const code = command.check(values, form.form);
  return code ? refused(code) : { ok: true, id: command.id, form: form.form, command, values };
}

/** The first form that fits decides; of its command another order of the same fields may mean what this one cannot. */
function firstMatch(forms: readonly CommandForm[], text: string): Parsed | NotParsed | undefined {
  let wrong: { parsed: NotParsed; command: Command } | undefined;
  for (const form of forms) {
    const match = (!wrong || form.command === wrong.command) && form.matches.exec(text);
    if (!match) continue;
    const parsed = decode(form, match);
    if (parsed.ok) return parsed;
    wrong ??= { parsed, command: form.command };
  }
  return wrong?.parsed;
}

/** What has the look of a command but no field it could have: the code of that row's fields. */
function firstLikeness(forms: readonly CommandForm[], text: string): NotParsed {
  const form = forms.find((form) => form.fields.length > 0 && form.resembles.test(text));
  if (form === undefined) return refused('E10');
  return refused(form.command.codecs[form.fields[0]?.name ?? '']?.code ?? 'E13');
}

/** The forms of the verbs a text ends with, the longest verb first: `BRCT` before `CT`. */
function candidates(protocol: Protocol, text: string): (readonly CommandForm[])[] {
  const found: (readonly CommandForm[])[] = [];
  for (let length = Math.min(protocol.longestVerb, text.length); length > 0; length--) {
    const forms = protocol.verbs.get(text.slice(-length).toUpperCase());
    if (forms) found.push(forms);
  }
  return found;
}

/**
 * Understands a frame. No row: E10. A row, but a field that is out of its range: E13, or the row's own code
 * (E12 for ports, E28 for file names). Never throws.
 */
export function parseFrame(protocol: Protocol, frame: Frame): Parsed | NotParsed {
  if (frame.kind === 'noise') return refused('E10');
  const { text } = frame;
  const groups = frame.escape ? candidates(protocol, text) : [protocol.finals.get(text.slice(-1).toUpperCase()) ?? []];
  for (const forms of groups) {
    const parsed = firstMatch(forms, text);
    if (parsed) return parsed;
  }
  return firstLikeness(groups[0] ?? [], text);
}

/** Who is asking, and when: what decides beside the text whether a command may pass. */
export interface Standing {
  readonly access: 'user' | 'admin';
  readonly recording: boolean;
}

/** E24 for what only an administrator may do, the busy code for what must wait until the recording is over. */
export function refusalOf({ command, form, values }: Parsed, { access, recording }: Standing): ErrorCode | undefined {
  const { spec } = command;
  const needed = isAsking(form) ? (spec.queryAccess ?? 'user') : spec.access;
  if (needed === 'admin' && access !== 'admin') return 'E24';
  if (!recording || isAsking(form) || spec.whileRecording === 'allowed') return undefined;
  const spared = spec.whileRecording === 'archive refused' && values['stream'] === 'confidence';
  return spared ? undefined : command.busy;
}

/** A command as it may stand in a log: the text of passwords and communities left out. */
export function loggable({ id, form, command, values }: Parsed): string {
  const shown = Object.entries(values).map(([name, value]) =>
    command.codecs[name]?.secret ? `${name}=***` : `${name}=${command.codecs[name]?.toWords(value)}`,
  );
  return [id, form, ...shown].join(' ');
}
