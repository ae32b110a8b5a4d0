/** So many at once; undefined when all places are taken, otherwise the function that gives the place back (once). */
export interface Places {
  take(): (() => void) | undefined;
}

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
