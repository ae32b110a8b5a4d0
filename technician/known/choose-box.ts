import { DialError } from '#technician/dial/dial-error.ts';
import { NOTHING_KNOWN, type KnownBox } from './known-places.ts';
import { openKnown, telling } from './known-store.ts';

/** The box that a command is about. */
export interface ChosenBox extends Omit<KnownBox, 'name'> {
  /** What it is called in what is told: its name, or its address. */
  label: string;
  /** Remembers it as the one that was used last; one that has no name is not remembered. */
  used(): void;
}

/** Finds known boxes by their names. What is kept and cannot be read is told once, and then no box is known. */
export function findKnownBoxes(say: (words: string) => void): (name: string) => KnownBox | undefined {
  const { boxes } = telling(say, () => openKnown(say).read()) ?? NOTHING_KNOWN;
  return (name) => boxes.find((one) => one.name === name);
}

/**
 * A box by its known name or its address; if none is named, the one that was used last, which is told. Throws DialError where
 * there is none. What is kept and cannot be read is told, and harms nobody who gives an address.
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
