import { readFileSync } from 'node:fs';
import type { Frame } from '#lib/sis/protocol.ts';
import { openFramer } from '#lib/sis/framing.ts';
import type { NotParsed, Parsed } from '#lib/sis/parse.ts';
import { parseFrame } from '#lib/sis/parse.ts';
import { readPersonality } from '#lib/sis/personality.ts';
import { openProtocol } from '#lib/sis/protocol.ts';

/** A fresh copy of the personality that the product ships. */
export function shippedPersonality() {
  const file = new URL('../../../firmware-config/smp351/personality.json', import.meta.url);
  return readPersonality(JSON.parse(readFileSync(file, 'utf8')));
}

export const protocol = openProtocol(shippedPersonality());

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An example of a row as it is sent: `ESC YRCDR` becomes ESC, the text and CR. */
export function wireOf(example: string): string {
  const text = example.replaceAll('␠', ' ');
  if (text.startsWith('ESC ')) return `\u001b${text.slice(4)}\r`;
  return /^[wW]/.test(text) ? `${text.replace(/\|$/, '')}${text.endsWith('|') ? '|' : '\r'}` : text;
}

export const framesOf = (wire: string): Frame[] => openFramer(protocol).push(bytesOf(wire));

export const parseAll = (wire: string): (Parsed | NotParsed)[] =>
  framesOf(wire).map((frame) => parseFrame(protocol, frame));

/** The one command in a text; fails when there are more, or when it is refused. */
export function parseOne(wire: string): Parsed {
  const parsed = parseAll(wire);
  const [first] = parsed;
  if (parsed.length !== 1 || !first?.ok) throw new Error(`${JSON.stringify(wire)} gives ${JSON.stringify(parsed)}`);
  return first;
}

/** Codes and ids, in order. */
export const outcomes = (wire: string): string[] =>
  parseAll(wire).map((parsed) => (parsed.ok ? `${parsed.id} ${parsed.form}` : parsed.code));
