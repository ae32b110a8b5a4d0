import { number } from '#lib/pages/format.ts';
import { TickField } from '#lib/pages/field.tsx';
import { usePage } from '../page-context.ts';
import { FoldCard } from './fold-card.tsx';
import { texts } from './now-texts.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import type { StreamName, Wanted } from '../../shared/api-types.ts';
import { told } from '../../shared/told.ts';

const STREAMS = ['archive', 'archive-b', 'confidence'] as const;

/** The name of a stream for people; in dual mode the archive stream is channel A alone. */
const nameOf = (stream: StreamName, { encoderMode }: Wanted): string =>
  stream === 'archive' && encoderMode === 'dual' ? texts.channelA : texts[stream];

/** The streams of the box with their players, and the push targets. */
export function Streams() {
  const { box } = usePage();
  const state = box.state.value;
  if (!state) return null;
  const { wanted, seen } = state;
  return (
    <FoldCard id="streams" title={texts.streams}>
      <ul class="rows">
        {STREAMS.filter((stream) => stream !== 'archive-b' || wanted.encoderMode === 'dual').map((stream) => {
          const { enabled, name } = wanted.streams[stream];
          const { players, kbps } = seen.streams[stream];
          return (
            <li key={stream}>
              <span>
                {nameOf(stream, wanted)} <code>/{name}</code>
              </span>
              <span class="soft number">
                {enabled ? `${texts.viewers(players)} · ${number(kbps)} kb/s` : texts.streamOff}
              </span>
            </li>
          );
        })}
      </ul>
      {wanted.pushes.length > 0 && <Pushes />}
    </FoldCard>
  );
}

function Pushes() {
  const { api, box } = usePage();
  const state = box.state.value;
  if (!state) return null;
  const enable = async (id: string, enabled: boolean): Promise<unknown> =>
    orTell(await api.send('POST', '/requests/push.enable', { id, enabled }));
  return (
    <>
      <h3>{texts.sends}</h3>
      <ul class="rows">
        {state.wanted.pushes.map(({ id, name, enabled }) => {
          const { status = 'off', error, said } = state.seen.pushes[id] ?? {};
          const words = status === 'off' ? texts.streamOff : texts[status];
          return (
            <li key={id}>
              <TickField label={name || id} value={enabled} onTick={(wanted) => enable(id, wanted)} />
              <span class="soft" data-is={status}>
                {error === undefined ? words : texts.because(words, told(error, said))}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
