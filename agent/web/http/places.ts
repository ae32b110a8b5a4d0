/**
 * Limits how many run at the same time. Gives a function that frees the place (once), or undefined if all are taken.
 */
export interface Places {
  take(): (() => void) | undefined;
}

/** Makes `most` places. */
export function openPlaces(most: number): Places {
  let taken = 0;
  return {
    take() {
      if (taken >= most) return undefined;
      taken++;
      let mine = true;
      return () => {
        if (mine) taken--;
        mine = false;
      };
    },
  };
}
