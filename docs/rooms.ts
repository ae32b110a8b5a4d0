import { permissions, roomOf } from '#test/laws/imports.ts';
import { sourcesOf, type Tree } from '#test/laws/tree.ts';

const listed = (rooms: readonly string[]): string => rooms.map((room) => `\`${room}\``).join(', ');

/** Rooms that a room may import, in words, from the law of imports. */
function importsInWords(room: string): string {
  const permission = permissions[room] ?? permissions[`${room.split('/')[0]}/*`];
  if (!permission) throw new Error(`test/laws/imports.ts has no line for ${room}`);
  const { may, types = [] } = permission;
  const values = may.length > 0 ? listed(may) : 'nothing of ours';
  return types.length > 0 ? `${values}; types alone of ${listed(types)}` : values;
}

/** Names of all rooms of the product that contain sources. */
export const roomsOf = (tree: Tree): string[] =>
  [...new Set(sourcesOf(tree).map(([path]) => roomOf(path)))].filter((room) => room !== '').toSorted();

/** Sentence about imports in the README of a room. */
export const importSentence = (room: string): string => `May import, besides itself: ${importsInWords(room)}.`;

const SENTENCE = /^May import, besides itself: .*$/m;

/** README with the sentence about imports as it must be now. */
export function withImports(text: string, room: string): string {
  const sentence = importSentence(room);
  return SENTENCE.test(text) ? text.replace(SENTENCE, () => sentence) : `${text.trimEnd()}\n\n${sentence}\n`;
}

/** Table of all rooms: name, what the heading of its README says, and rooms that it may import. */
export function roomTable(tree: Tree): string {
  const rows = roomsOf(tree).map((room) => {
    const heading = /^# (.+)$/m.exec(tree.get(`${room}/README.md`) ?? '')?.[1] ?? room;
    const about = heading.startsWith(`${room}: `) ? heading.slice(room.length + 2) : '';
    return `| [\`${room}\`](../${room}/README.md) | ${about} | ${importsInWords(room)} |`;
  });
  return ['| room | what is there | may import |', '|---|---|---|', ...rows].join('\n');
}

const TABLE = /(<!-- rooms -->\n)[\s\S]*?(\n<!-- end of rooms -->)/;

/** Document with the table of rooms between its two marks. */
export const withRoomTable = (text: string, tree: Tree): string =>
  text.replace(TABLE, (_, begin: string, end: string) => `${begin}${roomTable(tree)}${end}`);
