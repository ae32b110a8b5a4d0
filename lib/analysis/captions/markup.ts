import { cleanText } from '#lib/runtime/texts/clean-text.ts';

/** Names that WebVTT and programs for SRT use for characters. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['lrm', '\u200e'],
  ['rlm', '\u200f'],
]);

/** Markup of WebVTT (`<v Name>`, `<c.red>`, `<00:01.000>`) and SRT (`<i>`, `<font …>`, `{\an8}`). */
const MARKUP = /<\/?[A-Za-z][^<>]{0,200}>|<[\d:.]{5,20}>|\{\\[^{}]{1,40}\}/g;
const SPEAKER = /<v(?:\.[^\s<>]{1,40})?[ \t]+([^<>]{1,100})>/;

/** The text of a caption without its markup, and the speaker that it names first. */
export function plainText(marked: string): { text: string; speaker?: string } {
  const speaker = cleanText(unescaped(SPEAKER.exec(marked)?.[1] ?? ''));
  const text = unescaped(marked.replaceAll(MARKUP, ''));
  return { text, ...(speaker ? { speaker } : {}) };
}

const unescaped = (text: string): string =>
  text.replaceAll(/&(#\d{1,7}|[a-z]{2,5});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES.get(name) ?? whole;
    const code = Number(name.slice(1));
    return code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff) ? String.fromCodePoint(code) : whole;
  });

/** A text for WebVTT: `&`, `<` and `>` as entities, and no empty line, which would end the caption. */
export const escapedVtt = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\r\n]+/g, '\n')
    .replaceAll('\0', '\uFFFD')
    .trim();
