import { DialError } from '#technician/dial/dial-error.ts';
import type { KnownBox } from './known-places.ts';
import { openKnown } from './known-store.ts';

/** The box that a command is about. */
export interface ChosenBox extends Omit<KnownBox, 'name'> {
  /** What it is called in what is told: its name, or its address. */
  label: string;
  /** Remembers it as the one that was used last; one that has no name is not remembered. */
  used(): void;
}

/**
 * A box by its known name or its address; if none is named, the one that was used last, which is told. Throws DialError where
 * there is none. What is kept and cannot be read is told, and harms nobody who gives an address.
 */
export function chooseBox(named: string | undefined, say: (words: string) => void): ChosenBox {
  const store = openKnown(say);
  try {
    const places = store.read();
    const wanted = named ?? places.lastBox;
    const known = places.boxes.find(({ name }) => name === wanted);
    if (known) {
      if (named === undefined) say(`${known.name} (${known.host}), the box that was used last`);
      const { name: label, ...box } = known;
      return { ...box, label, used: () => store.change((all) => ({ ...all, lastBox: label })) };
    }
  } catch (error) {
    if (named === undefined || !(error instanceof DialError)) throw error;
    say(error.message);
  }
  if (named !== undefined) return { host: named, label: named, used: () => undefined };
  throw new DialError('which box? Give its address, or its name after: amphi boxes add NAME HOST');
}
