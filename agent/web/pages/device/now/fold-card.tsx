import type { ComponentChildren } from 'preact';
import { useSignal } from '@preact/signals';

/** A card that can be closed. On a phone it is closed at first, which keeps the page short. */
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
