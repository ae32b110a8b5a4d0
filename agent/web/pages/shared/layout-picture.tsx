import type { Layout } from './api-types.ts';

interface PictureSettings {
  layout: Pick<Layout, 'windows' | 'overlays'>;
  swapped?: boolean;
  /** Shows a slide and a person instead of the letters, for people to whom A and B mean nothing. */
  symbols?: boolean;
}

const OTHER = { A: 'B', B: 'A' } as const;

/** A layout as a small drawing: A and B are told by colour and by their letter. */
export function LayoutPicture({ layout: { windows, overlays }, swapped = false, symbols = false }: PictureSettings) {
  return (
    <svg class="layout-picture" viewBox="0 0 160 90" aria-hidden="true">
      <rect class="ground" width="160" height="90" rx="3" />
      {windows
        .toSorted((a, b) => a.z - b.z)
        .map(({ channel, rect }, index) => {
          const shown = swapped ? OTHER[channel] : channel;
          const [x, y, width, height] = [rect.x * 160, rect.y * 90, rect.width * 160, rect.height * 90];
          return (
            <g key={index} class={`channel-${shown}`}>
              <rect x={x} y={y} width={width} height={height} rx="2" />
              {symbols ? (
                <Symbol channel={shown} x={x + width / 2} y={y + height / 2} size={Math.min(44, height * 0.6)} />
              ) : (
                <text x={x + width / 2} y={y + height / 2} font-size={Math.min(26, height * 0.6)}>
                  {shown}
                </text>
              )}
            </g>
          );
        })}
      {overlays.map(({ name, rect }) => (
        <rect
          key={name}
          class="overlay"
          x={rect.x * 160}
          y={rect.y * 90}
          width={rect.width * 160}
          height={rect.height * 90}
        />
      ))}
    </svg>
  );
}

const SYMBOLS = {
  A: 'M3 5h18v11H3zM12 16v4M8 20h8M7 9h7M7 12h4',
  B: 'M12 4a3.6 3.6 0 1 1 0 7.2a3.6 3.6 0 1 1 0-7.2M4.5 20c0-4.6 3-7 7.5-7s7.5 2.4 7.5 7',
};

function Symbol({ channel, x, y, size }: { channel: 'A' | 'B'; x: number; y: number; size: number }) {
  const scale = size / 24;
  return (
    <path
      class="symbol"
      d={SYMBOLS[channel]}
      transform={`translate(${x - 12 * scale} ${y - 12 * scale}) scale(${scale})`}
    />
  );
}
