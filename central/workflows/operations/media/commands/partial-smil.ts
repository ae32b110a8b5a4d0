import { elementsOf, XmlError, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { parseXml } from '@amphi/lib/opencast/xml/xml-read.ts';
import { OperationFailed } from '../../../run/operation.ts';

/** Pieces that are to become one track, and how long it is in all. */
export interface PartialList {
  /** Length of the whole recording in ms; undefined: until its last piece ends. */
  lengthMs: number | undefined;
  sequences: readonly PartialPiece[][];
}

/** A piece, and where it lies in the recording. */
export interface PartialPiece {
  kind: 'video' | 'audio';
  /** Address of its file. */
  source: string;
  beginMs: number;
  /** Length of it; undefined: as long as its file. */
  durationMs: number | undefined;
}

/** Characters of a list that are read. */
const MOST_CHARACTERS = 4 << 20;

/**
 * Reads the list of pieces that an ingest writes (`smil/source+partial`, facts/opencast 3.14). Throws `OperationFailed` for what is no
 * such list.
 */
export function readPartialList(text: string): PartialList {
  if (text.length > MOST_CHARACTERS)
    throw new OperationFailed(`the list of pieces has more than ${MOST_CHARACTERS} characters`);
  const [par] = childrenOf(rootOf(text), 'body').flatMap((body) => childrenOf(body, 'par'));
  if (!par) throw new OperationFailed('the list of pieces has no body with a par');
  const sequences = childrenOf(par, 'seq').map((seq) =>
    elementsOf(seq)
      .filter(({ name }) => name === 'video' || name === 'audio')
      .map(pieceOf),
  );
  return { lengthMs: timeOf(par, 'dur'), sequences: sequences.filter(({ length }) => length > 0) };
}

function rootOf(text: string): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) throw new OperationFailed(`the list of pieces is no XML: ${error.message}`);
    throw error;
  }
}

const childrenOf = (parent: XmlElement, name: string): XmlElement[] =>
  elementsOf(parent).filter((child) => child.name === name);

const attribute = ({ attributes }: XmlElement, name: string): string | undefined =>
  attributes.find((one) => one.name === name)?.value;

function pieceOf(element: XmlElement): PartialPiece {
  const source = attribute(element, 'src');
  if (source === undefined) throw new OperationFailed('the list of pieces has one without src');
  const kind = element.name === 'audio' ? 'audio' : 'video';
  return { kind, source, beginMs: timeOf(element, 'begin') ?? 0, durationMs: timeOf(element, 'dur') };
}

function timeOf(element: XmlElement, name: string): number | undefined {
  const text = attribute(element, name);
  if (text === undefined) return undefined;
  const [, digits, unit] = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s)?$/.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new OperationFailed(
      `the list of pieces has ${name}=${JSON.stringify(text.slice(0, 40))}: a time such as 412ms is needed`,
    );
  return Math.round(Number(digits) * (unit === 's' ? 1000 : 1));
}
