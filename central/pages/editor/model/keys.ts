/** Keys of the editor, as people know them from programs that cut films: J K L, I O, arrows. */

/** What a key does. */
export type Command =
  | 'play'
  | 'forward'
  | 'backward'
  | 'stop'
  | 'next picture'
  | 'previous picture'
  | 'next second'
  | 'previous second'
  | 'next border'
  | 'previous border'
  | 'to the begin'
  | 'to the end'
  | 'mark in'
  | 'mark out'
  | 'no marks'
  | 'split'
  | 'join'
  | 'cut away'
  | 'chapter'
  | 'caption'
  | 'cover'
  | 'undo'
  | 'redo'
  | 'save'
  | 'zoom in'
  | 'zoom out'
  | 'zoom whole'
  | 'help';

/** A pressed key, as far as it counts: a part of a KeyboardEvent. */
export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** The keys by command, in the order in which the help shows them; `Mod` is Ctrl, on a Mac ⌘. */
export const KEYS: readonly (readonly [Command, readonly string[]])[] = [
  ['play', ['Space', 'K']],
  ['forward', ['L']],
  ['backward', ['J']],
  ['previous picture', ['←', ',']],
  ['next picture', ['→', '.']],
  ['previous second', ['Shift ←']],
  ['next second', ['Shift →']],
  ['previous border', ['↑']],
  ['next border', ['↓']],
  ['to the begin', ['Home']],
  ['to the end', ['End']],
  ['mark in', ['I']],
  ['mark out', ['O']],
  ['no marks', ['Esc']],
  ['cut away', ['X', 'Delete']],
  ['split', ['S']],
  ['join', ['M']],
  ['chapter', ['C']],
  ['caption', ['T']],
  ['cover', ['P']],
  ['zoom in', ['+']],
  ['zoom out', ['-']],
  ['zoom whole', ['0']],
  ['undo', ['Mod Z']],
  ['redo', ['Mod Shift Z', 'Mod Y']],
  ['save', ['Mod S']],
  ['help', ['?']],
];

const NAMES: ReadonlyMap<string, string> = new Map([
  [' ', 'Space'],
  ['ArrowLeft', '←'],
  ['ArrowRight', '→'],
  ['ArrowUp', '↑'],
  ['ArrowDown', '↓'],
  ['Escape', 'Esc'],
  ['Backspace', 'Delete'],
  ['=', '+'],
]);

/** Keys for which Shift is part of the key; elsewhere it makes a letter large. */
const WITH_SHIFT = new Set(['←', '→', 'Mod Z']);

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  KEYS.flatMap(([command, keys]) => keys.map((key): [string, Command] => [key, command])),
);

/** Command of a pressed key; undefined: the key is not ours. */
export function commandOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): Command | undefined {
  if (altKey) return undefined;
  const bare = NAMES.get(key) ?? (key.length === 1 ? key.toUpperCase() : key);
  const named = ctrlKey || metaKey ? `Mod ${bare}` : bare;
  const shifted = shiftKey && WITH_SHIFT.has(named) ? named.replace(/([^ ]+)$/, 'Shift $1') : named;
  return COMMANDS.get(shifted);
}

/** Whether a command works while a text is typed: only those with Ctrl, and none that a text field has itself. */
export const worksWhileTyping = (command: Command): boolean => command === 'save';
