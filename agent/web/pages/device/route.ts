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

/** Follows the address. */
export function followAddress(): void {
  const look = (): void => void (whereabouts.value = placeIn(location.hash));
  window.addEventListener('hashchange', look);
  look();
}
