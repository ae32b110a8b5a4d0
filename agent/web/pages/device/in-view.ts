import { useEffect, useRef } from 'preact/hooks';

/** A row of ways that is wider than the screen shows the one that was taken. */
export function useCurrentInView(current: string) {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const link = row.current?.querySelector<HTMLElement>('[aria-current]');
    const box = row.current;
    if (!link || !box || box.scrollWidth <= box.clientWidth) return;
    box.scrollLeft = link.offsetLeft - (box.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return row;
}
