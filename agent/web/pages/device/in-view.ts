import { useEffect, useRef } from 'preact/hooks';

/** A row of ways that is wider than the screen shows the one that was taken. */
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
    // A tablet that is turned round has another width.
    const watch = new ResizeObserver(show);
    watch.observe(box);
    return () => watch.disconnect();
  }, [current]);
  return row;
}
