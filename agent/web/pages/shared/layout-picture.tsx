import type { Layout } from './api-types.ts';

interface PictureSettings {
  layout: Pick<Layout, 'windows' | 'overlays'>;
  swapped?: boolean;
}

const OTHER = { A: 'B', B: 'A' } as const;

/** A layout as a small drawing: A and B are told by colour and by their letter. */
export function LayoutPicture({ layout: { windows, overlays }, swapped = false }: PictureSettings) {
  return (
    <svg class="layout-picture" viewBox="0 0 160 90" aria-hidden="true">
      <rect class="ground" width="160" height="90" rx="3" />
      {windows
        .toSorted((a, b) => a.z - b.z)
        .map(({ channel, rect }) => {
          const shown = swapped ? OTHER[channel] : channel;
          const [x, y, width, height] = [rect.x * 160, rect.y * 90, rect.width * 160, rect.height * 90];
          return (
            <g key={channel} class={`channel-${shown}`}>
              <rect {...{ x, y, width, height }} rx="2" />
              <text x={x + width / 2} y={y + height / 2} font-size={Math.min(26, height * 0.6)}>
                {shown}
              </text>
            </g>
          );
        })}
      {overlays.map(({ name, rect }) => (
        <rect
          key={name}
          class="overlay"
          {...{ x: rect.x * 160, y: rect.y * 90, width: rect.width * 160, height: rect.height * 90 }}
        />
      ))}
    </svg>
  );
}
