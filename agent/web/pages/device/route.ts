import { signal } from '@preact/signals';

/** Pages that have a link in the frame; `start`, the wizard, has none. */
export const WAYS = ['now', 'layouts', 'schedule', 'recordings', 'settings'] as const;
export const PLACES = [...WAYS, 'start'] as const;
export type Place = (typeof PLACES)[number];

export interface Whereabouts {
  place: Place;
  /** The rest of the address: `#recordings/<id>` has the id. */
  rest: readonly string[];
}

/** The page that an address names; `now` for an unknown one. Pure. */
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

/** The page that is shown. */
export const whereabouts = signal<Whereabouts>({ place: 'now', rest: [] });

/** The address to which a person wanted to go while something was not saved; otherwise undefined. */
export const wished = signal<string | undefined>(undefined);
/**
 * Set by a part of the page while it has changes that are not saved; `stays` tells the addresses at which they are
 * kept.
 */
export const unsaved = signal<{ stays: (to: Whereabouts) => boolean } | undefined>(undefined);

/** Goes to the address in `wished`; changes that are not saved are lost. */
export function goAnyway(): void {
  const to = wished.peek();
  unsaved.value = undefined;
  wished.value = undefined;
  if (to !== undefined) location.hash = to;
}

/**
 * Shows the page that the address names, from now on. While something is not saved, a person is asked before leaving,
 * also by the browser.
 */
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
