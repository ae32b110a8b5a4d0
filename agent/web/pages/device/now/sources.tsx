import type { Channel, InputNumber, InputSeen } from '../../shared/api-types.ts';
import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TickField } from '#lib/pages/field.tsx';
import { number } from '#lib/pages/format.ts';
import { StillView } from '../../shared/live-view.tsx';
import { orTell } from '../../shared/tell-trouble.ts';
import { told } from '../../shared/told.ts';
import { Meter } from '#lib/pages/meter.tsx';
import { usePage } from '../page-context.ts';
import { texts } from './now-texts.ts';

const CHANNELS: readonly [Channel, readonly InputNumber[]][] = [
  ['A', [1, 2]],
  ['B', [3, 4, 5]],
];

/** The two channels: their signals, and the inputs they come from. */
export function Sources() {
  return (
    <section class="sources" aria-label={texts.sources}>
      {CHANNELS.map(([channel, inputs]) => (
        <Source key={channel} channel={channel} inputs={inputs} />
      ))}
      <Others />
      <Sound />
    </section>
  );
}

function Source({ channel, inputs }: { channel: Channel; inputs: readonly InputNumber[] }) {
  const { api, box } = usePage();
  const state = box.state.value;
  if (!state) return null;
  const { wanted, seen } = state;
  const selected = wanted.routing[channel];
  const change = async (path: string, body: object): Promise<unknown> => orTell(await api.send('PATCH', path, body));
  return (
    <section class="card source" aria-labelledby={`channel-${channel}`}>
      <h2 id={`channel-${channel}`}>
        <span class={`tag channel-${channel}`}>{channel}</span> {wanted.inputs[selected].name}
      </h2>
      <StillView url={`/api/v1/snapshot.jpg?of=${channel}&width=480`} label={texts.channel(channel)} />
      <p class="facts" data-is={seen.inputs[selected].status}>
        {factsOf(seen.inputs[selected])}
      </p>
      <Level channel={channel} />
      <ChoiceField
        label={texts.input}
        value={String(selected)}
        choices={inputs.map((one) => ({
          value: String(one),
          text: `${one}. ${wanted.inputs[one].name}${wanted.inputs[one].source.driver === 'off' ? ` (${texts.off})` : ''}`,
        }))}
        onChoice={(value) => change('/channels', { routing: { [channel]: Number(value) } })}
      />
      <div class="ticks">
        <TickField
          label={texts.blank}
          value={wanted.muted[channel]}
          onTick={(muted) => change('/channels', { muted: { [channel]: muted } })}
        />
        <TickField
          label={texts.mute}
          value={wanted.audio.channels[channel].muted}
          onTick={(muted) => change('/audio', { channels: { [channel]: { muted } } })}
        />
      </div>
    </section>
  );
}

function Level({ channel }: { channel: Channel }) {
  const { box } = usePage();
  return <Meter label={texts.sound} level={box.meters.value?.[channel]} />;
}

/** The signal in a line: `1280×720, 25 fps, h264 · aac 48 kHz`. */
export function factsOf(seen: InputSeen): string {
  const { status, widthPx, heightPx, fps, codec, audio, error, said, reconnects } = seen;
  if (status !== 'live') return error === undefined ? texts[status] : texts.because(texts[status], told(error, said));
  const picture = [`${widthPx}×${heightPx}`, fps && texts.fps(number(fps, 2)), codec].filter(Boolean).join(', ');
  const sound = audio ? `${audio.codec} ${number(audio.sampleRateHz / 1000, 1)} kHz` : texts.noSound;
  return [picture, sound, reconnects > 0 ? texts.reconnects(reconnects) : ''].filter(Boolean).join(' · ');
}

/** Inputs that feed no channel: their pictures are fetched only on request. */
function Others() {
  const { box } = usePage();
  const wanted = box.state.value?.wanted;
  const looked = useSignal<{ number: InputNumber; atMs: number } | undefined>(undefined);
  if (!wanted) return null;
  const selected = new Set<number>(Object.values(wanted.routing));
  const others = ALL.filter((number) => !selected.has(number) && wanted.inputs[number].source.driver !== 'off');
  if (others.length === 0) return null;
  const at = looked.value;
  return (
    <div class="card others">
      <h2>{texts.others}</h2>
      <div class="choices">
        {others.map((number) => (
          <Button
            key={number}
            pressed={at?.number === number}
            onPress={() => void (looked.value = { number, atMs: Date.now() })}
          >
            {texts.lookAt(`${number}. ${wanted.inputs[number].name}`)}
          </Button>
        ))}
      </div>
      {at && (
        <StillView
          key={at.atMs}
          url={`/api/v1/inputs/${at.number}/snapshot.jpg`}
          label={wanted.inputs[at.number].name}
          everyMs={10_000}
        />
      )}
    </div>
  );
}

const ALL: readonly InputNumber[] = [1, 2, 3, 4, 5];

function Sound() {
  const { api, box } = usePage();
  const audio = box.state.value?.wanted.audio;
  if (!audio) return null;
  const change = async (body: object): Promise<unknown> => orTell(await api.send('PATCH', '/audio', body));
  return (
    <div class="card sound">
      <ChoiceField
        label={texts.soundFrom}
        value={audio.from}
        choices={[
          { value: 'A', text: texts.channel('A') },
          { value: 'B', text: texts.channel('B') },
          { value: 'mix', text: texts.mix },
        ]}
        onChoice={(from) => change({ from })}
      />
      <TickField label={texts.mute} value={audio.outputMuted} onTick={(outputMuted) => change({ outputMuted })} />
    </div>
  );
}
