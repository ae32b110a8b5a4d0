import type { ErrorCode } from './errors.ts';
import { errorMeanings, isErrorCode } from './errors.ts';
import { openFramer } from './framing.ts';
import type { Parsed } from './parse.ts';
import { parseFrame, valuesOf } from './parse.ts';
import type { Protocol, Reply, WireForm } from './protocol.ts';
import type { Codecs, Values } from './template.ts';

/** The meaning of a line from a device. `id` names its row. */
export type Heard =
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly words: string }
  | { readonly kind: 'reply'; readonly id: string; readonly values: Values; readonly words: string };

const label = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const sentence = (summary: string, codecs: Codecs, values: Values): string => {
  const said = Object.entries(values).map(([name, value]) => {
    const words = String(codecs[name]?.toWords(value));
    // A time such as `00:01:30` is shown without the unit of its name.
    return `${label(words.includes(':') ? name.replace(/Ms$/, '') : name)} ${words}`;
  });
  return said.length === 0 ? summary : `${summary}: ${said.join(', ')}`;
};

function read(wire: WireForm, codecs: Codecs, line: string): Values | undefined {
  const match = wire.matches.exec(line);
  const values = match && valuesOf(wire, codecs, match, 'read');
  return values === null || typeof values === 'string' ? undefined : values;
}

function heard({ of, wire }: Reply, line: string, asked: Values = {}): Heard | undefined {
  const values = read(wire, of.codecs, line);
  if (values === undefined) return undefined;
  const all = { ...asked, ...values };
  return { kind: 'reply', id: of.id, values: all, words: sentence(of.spec.summary, of.codecs, all) };
}

/** The replies that a command may have. The tagged one comes first, since a bare one may look like anything. */
function expected({ command, form }: Parsed): Reply[] {
  const wires =
    form === 'list' ? [command.listed] : form === 'query' ? [command.tagged, command.bare] : [command.tagged];
  return wires.flatMap((wire) => (wire ? [{ of: command, wire }] : []));
}

/**
 * The meaning of a reply, in values and in words: a refusal, the answer to the command `asked`, or a line that can be
 * recognized without a question. Several lines of one reply are joined by CR LF. Undefined for an unknown line.
 */
export function explainReply(protocol: Protocol, line: string, asked?: Parsed): Heard | undefined {
  if (isErrorCode(line)) return { kind: 'error', code: line, words: errorMeanings[line] };
  for (const reply of asked ? expected(asked) : []) {
    const found = heard(reply, line, asked?.values);
    if (found) return found;
  }
  for (const reply of protocol.replies) {
    const found = heard(reply, line);
    if (found) return found;
  }
  return undefined;
}

/**
 * The effect of each command in a text, in words; a refused command says why. The end of an escape command may be
 * missing.
 */
export function explainCommands(protocol: Protocol, text: string): string[] {
  const frames = openFramer(protocol).push(new TextEncoder().encode(`${text}\r`));
  return frames.map((frame) => {
    const parsed = parseFrame(protocol, frame);
    if (!parsed.ok) return `${parsed.code}: ${errorMeanings[parsed.code]}`;
    return sentence(`${parsed.form}: ${parsed.command.spec.summary}`, parsed.command.codecs, parsed.values);
  });
}
