import { DialError } from '#technician/dial/dial-error.ts';
import { NOTHING_KNOWN, type KnownBox } from './known-places.ts';
import { openKnown, telling } from './known-store.ts';

/** Box that a command is for. */
export interface ChosenBox extends Omit<KnownBox, 'name'> {
  /** Name of the box in messages: its known name, or its address. */
  label: string;
  /** Remembers the box as the one that was used last, if it is a known one. */
  used(): void;
}

/** Finds known boxes by their names. If they cannot be read, the reason is told once, and no box is known. */
export function findKnownBoxes(say: (words: string) => void): (name: string) => KnownBox | undefined {
  const { boxes } = telling(say, () => openKnown(say).read()) ?? NOTHING_KNOWN;
  return (name) => boxes.find((one) => one.name === name);
}

/**
 * Box of a known name or an address; without one, the box that was used last, which is told. Throws DialError if there
 * is none. If the known boxes cannot be read, that is told, and a box can still be given by its address.
 */
export function chooseBox(named: string | undefined, say: (words: string) => void): ChosenBox {
  const store = openKnown(say);
  const { boxes, lastBox } = named === undefined ? store.read() : (telling(say, () => store.read()) ?? NOTHING_KNOWN);
  const known = boxes.find(({ name }) => name === (named ?? lastBox));
  if (!known) {
    if (named !== undefined) return { host: named, label: named, used: () => undefined };
    throw new DialError('which box? Give its address, or its name after: amphi boxes add NAME HOST');
  }
  if (named === undefined) say(`${known.name} (${known.host}), the box that was used last`);
  const { name: label, ...box } = known;
  const remember = (): void =>
    store.change((places) =>
      places.boxes.some(({ name }) => name === label) ? { ...places, lastBox: label } : places,
    );
  return { ...box, label, used: () => telling(say, remember) };
}
