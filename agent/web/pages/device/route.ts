import { signal } from '@preact/signals';

/** Those that are always a way on; `start` is for a box out of its carton. */
export const WAYS = ['now', 'layouts', 'schedule', 'recordings', 'settings'] as const;
export const PLACES = [...WAYS, 'start'] as const;
export type Place = (typeof PLACES)[number];

export interface Whereabouts {
  place: Place;
  /** What comes after it: `#recordings/<id>`. */
  rest: readonly string[];
}

/** Where a person is on the page, as the address says it. Pure. */
export function placeIn(hash: string): Whereabouts {
  const [first = '', ...rest] = hash.replace(/^#/, '').split('/');
  return { place: PLACES.find((place) => place === first) ?? 'now', rest: rest.map(decoded) };
}

export const hrefOf = (place: Place, ...rest: string[]): string =>
  `#${[place, ...rest.map(encodeURIComponent)].join('/')}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const whereabouts = signal<Whereabouts>({ place: 'now', rest: [] });

/** Where a person wanted to go while something was not saved; undefined: nowhere. */
export const wished = signal<string | undefined>(undefined);
/** Whether something would be lost by going elsewhere; each part of the page that edits says so for itself. */
export const unsaved = signal<{ stays: (to: Whereabouts) => boolean } | undefined>(undefined);

/** Goes where a person wanted to go, whatever is lost. */
export function goAnyway(): void {
  const to = wished.peek();
  unsaved.value = undefined;
  wished.value = undefined;
  if (to !== undefined) location.hash = to;
}

/** Follows the address. While something is not saved it is asked first, also by the browser. */
export function followAddress(): void {
  let here = location.hash;
  const look = (): void => {
    const to = placeIn(location.hash);
    if (location.hash === here) return;
    if (unsaved.peek() && !unsaved.peek()?.stays(to)) {
      wished.value = location.hash;
      history.replaceState(undefined, '', here === '' ? location.pathname : here);
      return;
    }
    here = location.hash;
    whereabouts.value = to;
  };
  window.addEventListener('hashchange', look);
  window.addEventListener('beforeunload', (event) => {
    if (unsaved.peek()) event.preventDefault();
  });
  whereabouts.value = placeIn(here);
}
