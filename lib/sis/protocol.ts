import type { ErrorCode } from './errors.ts';
import { notices } from './families/notices.ts';
import type { Personality } from './personality.ts';
import { allRows } from './rows.ts';
import type { CommandSpec, Field, Form, Guess, NoticeSpec, Pattern, Patterns } from './table.ts';
import { forms } from './table.ts';
import type { Codecs, FieldToken, Token, Values } from './template.ts';
import { fieldsIn, matcher, tokensOf } from './template.ts';

/** A wire form that is ready to be matched and filled. */
export interface WireForm {
  readonly template: string;
  readonly tokens: readonly Token[];
  readonly fields: readonly FieldToken[];
  /** Matches a whole text; the groups are `fields`, in their order. */
  readonly matches: RegExp;
}

/** A form of a command. */
export interface CommandForm extends WireForm {
  readonly command: Command;
  readonly form: Form;
  readonly escape: boolean;
  /** Matches text that differs from the form only in its fields; such a text is E13 instead of E10. */
  readonly resembles: RegExp;
}

/** A row of the table, as one device has it. */
export interface Command {
  readonly id: string;
  readonly spec: CommandSpec;
  readonly codecs: Codecs;
  /** The forms by what they do; if there are several, the first is the usual one. */
  readonly forms: Readonly<Partial<Record<Form, readonly CommandForm[]>>>;
  readonly tagged: WireForm | undefined;
  readonly bare: WireForm | undefined;
  readonly listed: WireForm | undefined;
  /** Refuses values that are right one by one but wrong together. */
  check(values: Values, form: Form): ErrorCode | undefined;
  /** The error code that refuses a change while recording. */
  readonly busy: ErrorCode;
}

/** A line that is sent unasked, as one device writes it. */
export interface Notice {
  readonly id: string;
  readonly spec: NoticeSpec;
  readonly codecs: Codecs;
  readonly line: WireForm;
}

/** A reply, with the row and form it belongs to. */
export interface Reply {
  readonly of: Command | Notice;
  readonly wire: WireForm;
}

/** All rows, as one device has them. */
export interface Protocol {
  readonly personality: Personality;
  readonly commands: ReadonlyMap<string, Command>;
  readonly notices: ReadonlyMap<string, Notice>;
  /** Lines that can be recognized without the question, the one with more fixed characters first. */
  readonly replies: readonly Reply[];
  /** Every form of every command. */
  readonly forms: readonly CommandForm[];
  /** Forms by their verb in capitals: the letters an escape command ends with. */
  readonly verbs: ReadonlyMap<string, readonly CommandForm[]>;
  readonly longestVerb: number;
  /** Forms by the one character an immediate command ends with. */
  readonly finals: ReadonlyMap<string, readonly CommandForm[]>;
}

const escapeMark = 'ESC ';

function resolved(pattern: Pattern, personality: Personality): string {
  if (typeof pattern === 'string') return pattern;
  const template = personality.wire[pattern.guess]?.value;
  if (template === undefined) throw new Error(`personality: wire.${pattern.guess} is missing`);
  return withFieldsOf(pattern, template);
}

/** All texts of a pattern for this device: commands may have other forms besides the usual one. */
function allResolved(pattern: Pattern, personality: Personality): string[] {
  if (typeof pattern === 'string') return [pattern];
  const others = personality.wire[pattern.guess]?.also ?? [];
  return [resolved(pattern, personality), ...others.map((template) => withFieldsOf(pattern, template))];
}

function withFieldsOf(pattern: Guess, template: string): string {
  const has = fieldsIn(tokensOf(template)).map((field) => field.name);
  const strange = has.filter((name) => !pattern.fields.includes(name));
  const missing = pattern.fields.filter((name) => !has.includes(name));
  if (strange.length + missing.length > 0) {
    throw new Error(`personality: wire.${pattern.guess} must use exactly {${pattern.fields.join('}, {')}}`);
  }
  return template;
}

function wireForm(template: string, codecs: Codecs): WireForm {
  const tokens = tokensOf(template);
  const shape = (token: FieldToken) => codecs[token.name]?.replyShape ?? '';
  return { template, tokens, fields: fieldsIn(tokens), matches: matcher(tokens, shape, 's') };
}

function commandForm(command: Command, form: Form, pattern: string): CommandForm {
  const escape = pattern.startsWith(escapeMark);
  const tokens = tokensOf(escape ? pattern.slice(escapeMark.length) : pattern);
  return {
    command,
    form,
    escape,
    template: pattern,
    tokens,
    fields: fieldsIn(tokens),
    matches: matcher(tokens, (token) => command.codecs[token.name]?.shape ?? '', 'is'),
    resembles: matcher(tokens, () => '.*', 'is'),
  };
}

const codecsOf = (fields: Readonly<Record<string, Field>>, personality: Personality): Codecs =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, typeof field === 'function' ? field(personality) : field]),
  );

const listOf = (patterns: Patterns): readonly Pattern[] =>
  typeof patterns === 'string' || 'guess' in patterns ? [patterns] : patterns;

function compile(spec: CommandSpec, personality: Personality): Command {
  const codecs = codecsOf(spec.fields, personality);
  const reply = (pattern: Pattern | undefined) =>
    pattern === undefined ? undefined : wireForm(resolved(pattern, personality), codecs);
  const made: Partial<Record<Form, readonly CommandForm[]>> = {};
  const command: Command = {
    id: spec.id,
    spec,
    codecs,
    forms: made,
    check: (values, form) => spec.check?.(values, form, personality),
    busy: personality.behaviour.whileRecording,
    tagged: reply(spec.tagged),
    bare: reply(spec.bare ?? spec.tagged),
    listed: reply(spec.listed),
  };
  for (const form of forms) {
    const patterns = spec[form];
    if (patterns === undefined) continue;
    const templates = listOf(patterns).flatMap((pattern) => allResolved(pattern, personality));
    made[form] = templates.map((template) => commandForm(command, form, template));
  }
  return command;
}

/** The letters after the last field of a form; the whole form if it has no field. */
function endingOf(form: CommandForm): string {
  const last = form.tokens.at(-1);
  return typeof last === 'string' ? (/[A-Za-z]+$/.exec(last)?.[0] ?? '').toUpperCase() : '';
}

/**
 * The verb of an escape form: `YRCDR` belongs to RCDR, with which other forms end after a field; `STRGR` is a verb
 * itself.
 */
function verbOf(form: CommandForm, withFields: ReadonlySet<string>): string {
  const ending = endingOf(form);
  const known = [...withFields].filter((verb) => ending.endsWith(verb));
  return known.sort((a, b) => b.length - a.length)[0] ?? ending;
}

/** Number of fixed characters. The form with more of them is tried first, since text fields match nearly anything. */
const literalLength = (form: WireForm): number =>
  form.tokens.reduce((sum, token) => sum + (typeof token === 'string' ? token.length : 0), 0);

function index(list: readonly CommandForm[], key: (form: CommandForm) => string): ReadonlyMap<string, CommandForm[]> {
  const found = Map.groupBy(list, key);
  for (const group of found.values()) {
    group.sort((a, b) => literalLength(b) - literalLength(a) || a.fields.length - b.fields.length);
  }
  return found;
}

function repliesOf(commands: readonly Command[], notices: readonly Notice[]): readonly Reply[] {
  const told = commands.flatMap((of): Reply[] => (of.tagged ? [{ of, wire: of.tagged }] : []));
  const said = notices.map((of): Reply => ({ of, wire: of.line }));
  return [...said, ...told]
    .filter(({ wire }) => /^[A-Za-z0-9]*[A-Za-z]/.test(wire.template))
    .sort((a, b) => literalLength(b.wire) - literalLength(a.wire));
}

/**
 * The protocol of a device with this personality. Throws Error if the personality lacks a wire form, or has one with
 * wrong fields.
 */
export function openProtocol(personality: Personality): Protocol {
  const absent = new Set(personality.absentRows);
  const compiled = allRows.filter((spec) => !absent.has(spec.id)).map((spec) => compile(spec, personality));
  const all = compiled.flatMap((command) => Object.values(command.forms).flat());
  const escapes = all.filter((form) => form.escape);
  const withFields = new Set(escapes.filter((form) => form.fields.length > 0).map(endingOf));
  const verbs = index(escapes, (form) => verbOf(form, withFields));
  const noticed = notices.map((spec: NoticeSpec): Notice => {
    const codecs = codecsOf(spec.fields, personality);
    return { id: spec.id, spec, codecs, line: wireForm(resolved(spec.line, personality), codecs) };
  });
  return {
    personality,
    commands: new Map(compiled.map((command) => [command.id, command])),
    notices: new Map(noticed.map((notice) => [notice.id, notice])),
    forms: all,
    replies: repliesOf(compiled, noticed),
    verbs,
    longestVerb: Math.max(...Array.from(verbs.keys(), (verb) => verb.length)),
    finals: index(
      all.filter((form) => !form.escape),
      (form) => form.template.slice(-1).toUpperCase(),
    ),
  };
}

/** A command that was cut out of the stream, or noise, which is answered with E10. */
export type Frame =
  | { readonly kind: 'command'; readonly escape: boolean; readonly text: string }
  | { readonly kind: 'noise'; readonly because: 'unknown' | 'cut off' | 'too long' };
