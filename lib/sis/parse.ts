import type { ErrorCode } from './errors.ts';
import type { Command, CommandForm, Frame, Protocol, WireForm } from './protocol.ts';
import type { Form } from './table.ts';
import { isAsking } from './table.ts';
import type { Codecs, Values } from './template.ts';

/** A command that was understood. `id`, `form` and `values` choose the handler and are given to it. */
export interface Parsed {
  readonly ok: true;
  readonly id: string;
  readonly form: Form;
  readonly command: Command;
  readonly values: Values;
}
/** A command that was not understood, with its error code. */
export interface NotParsed {
  readonly ok: false;
  readonly code: ErrorCode;
}

const refused = (code: ErrorCode): NotParsed => ({ ok: false, code });

type Reading = 'decode' | 'read';

/** The values of the matched fields, or the error code of the first field whose text is no value. */
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

/**
 * The first form that matches decides. Only other forms of the same command are tried after it, since they may have the
 * same fields in another order.
 */
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

/** The error code for text that has the shape of a command but wrong fields; E10 is for text without any such shape. */
function firstLikeness(forms: readonly CommandForm[], text: string): NotParsed {
  const form = forms.find((form) => form.fields.length > 0 && form.resembles.test(text));
  if (form === undefined) return refused('E10');
  return refused(form.command.codecs[form.fields[0]?.name ?? '']?.code ?? 'E13');
}

/** The forms of the verbs that a text ends with, the longest verb first: `BRCT` before `CT`. */
function candidates(protocol: Protocol, text: string): (readonly CommandForm[])[] {
  const found: (readonly CommandForm[])[] = [];
  for (let length = Math.min(protocol.longestVerb, text.length); length > 0; length--) {
    const forms = protocol.verbs.get(text.slice(-length).toUpperCase());
    if (forms) found.push(forms);
  }
  return found;
}

/**
 * Parses a frame. An unknown command is E10. A known command with a field out of range is E13 or the row's own code
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

/** The asker's rights and whether a recording runs: besides the text, they decide whether a command may pass. */
export interface Standing {
  readonly access: 'user' | 'admin';
  readonly recording: boolean;
}

/**
 * The refusal of a command that this session may not give now: E24 for a right it does not have, the busy code while a
 * recording runs. Undefined if it may.
 */
export function refusalOf({ command, form, values }: Parsed, { access, recording }: Standing): ErrorCode | undefined {
  const { spec } = command;
  const needed = isAsking(form) ? (spec.queryAccess ?? 'user') : spec.access;
  if (needed === 'admin' && access !== 'admin') return 'E24';
  if (!recording || isAsking(form) || spec.whileRecording === 'allowed') return undefined;
  const spared = spec.whileRecording === 'archive refused' && values['stream'] === 'confidence';
  return spared ? undefined : command.busy;
}

/** A command in the form in which it is written to a log: passwords and SNMP communities are left out. */
export function loggable({ id, form, command, values }: Parsed): string {
  const shown = Object.entries(values).map(([name, value]) =>
    command.codecs[name]?.secret ? `${name}=***` : `${name}=${command.codecs[name]?.toWords(value)}`,
  );
  return [id, form, ...shown].join(' ');
}
