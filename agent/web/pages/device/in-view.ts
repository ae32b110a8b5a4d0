import { useEffect, useRef } from 'preact/hooks';

/**
 * Scrolls a row of links that is wider than the screen so that the current one is seen; gives the reference for that
 * row.
 */
export function useCurrentInView(current: string) {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const box = row.current;
    if (!box) return;
    const show = (): void => {
      const link = box.querySelector<HTMLElement>('[aria-current]');
      if (!link || box.scrollWidth <= box.clientWidth) return;
      box.scrollLeft = link.offsetLeft - (box.clientWidth - link.offsetWidth) / 2;
    };
    show();
    // The width changes when a tablet is turned round.
    const watch = new ResizeObserver(show);
    watch.observe(box);
    return () => watch.disconnect();
  }, [current]);
  return row;
}
