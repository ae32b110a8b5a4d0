import type { ComponentChildren } from 'preact';
import { useSignal } from '@preact/signals';

/** A card that is closed at first where there is little room: on a phone the page is short, and opens what is wanted. */
export function FoldCard({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  const open = useSignal(!matchMedia('(max-width: 720px)').matches);
  return (
    <details
      class="card fold-card"
      open={open.value}
      onToggle={(event) => void (open.value = event.currentTarget.open)}
    >
      <summary>
        <h2 id={id}>{title}</h2>
      </summary>
      {children}
    </details>
  );
}
