import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Channel, InputSource } from '../../shared/api-types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { usePage } from '../page-context.ts';
import { texts } from './start-texts.ts';
import { sourceOf, typedOf, type Typed } from './source.ts';
import { useSave, type Save } from './step-context.ts';
import { told } from '../../shared/told.ts';
import type { Sentence } from '#lib/sentences/sentence.ts';

const KINDS = ['rtsp', 'url', 'v4l2', 'test', 'off'] as const;
const WRONG: Partial<Record<Typed['kind'], 'wrongRtsp' | 'wrongUrl' | 'wrongDevice'>> = {
  rtsp: 'wrongRtsp',
  url: 'wrongUrl',
  v4l2: 'wrongDevice',
};

/** A source for each channel, with its picture while the address is typed. */
export function InputsStep() {
  const saves = useRef(new Map<Channel, Save>());
  useSave(async () => {
    const kept = await Promise.all([...saves.current.values()].map((save) => save()));
    return kept.every(Boolean);
  });
  return (
    <div class="form">
      <p>{texts.inputsWhy}</p>
      <Source channel="A" saves={saves.current} />
      <Source channel="B" saves={saves.current} />
    </div>
  );
}

function Source({ channel, saves }: { channel: Channel; saves: Map<Channel, Save> }) {
  const { api, box } = usePage();
  const wanted = box.state.value?.wanted;
  const number = wanted?.routing[channel] ?? (channel === 'A' ? 1 : 3);
  const typed = useSignal<Typed>(typedOf(wanted?.inputs[number].source ?? { driver: 'off' }));
  const set = (change: Partial<Typed>): void => void (typed.value = { ...typed.value, ...change });
  const name = useSignal(wanted?.inputs[number].name ?? '');
  const source = sourceOf(typed.value);
  const { kind, address, user, password } = typed.value;
  const wrong = address.trim() !== '' && !source ? WRONG[kind] : undefined;
  const missing = useSignal(false);
  const before = useRef(JSON.stringify([typed.value, name.value]));
  saves.set(channel, async () => {
    if (JSON.stringify([typed.value, name.value]) === before.current) return true;
    missing.value = !source;
    if (!source) return false;
    const own = name.value.trim();
    const answer = await api.send('PATCH', `/inputs/${number}`, { source, ...(own ? { name: own } : {}) });
    if (orTell(answer) === undefined) return false;
    before.current = JSON.stringify([typed.value, name.value]);
    return true;
  });
  return (
    <fieldset class="source-field">
      <legend>{channel === 'A' ? texts.channelA : texts.channelB}</legend>
      <div class="form">
        <ChoiceField
          label={texts.kind}
          value={kind}
          choices={KINDS.map((value) => ({ value, text: texts[value] }))}
          onChoice={(value) => set({ kind: value })}
        />
        {(kind === 'rtsp' || kind === 'url' || kind === 'v4l2') && (
          <TextField
            label={kind === 'v4l2' ? texts.device : texts.addressField}
            placeholder={
              kind === 'v4l2' ? '/dev/video0' : kind === 'rtsp' ? 'rtsp://10.0.0.21/slides' : 'srt://10.0.0.21:9000'
            }
            autocomplete="off"
            error={(wrong ?? (missing.value ? WRONG[kind] : undefined)) && texts[wrong ?? WRONG[kind] ?? 'wrongUrl']}
            value={address}
            onText={(text) => set({ address: text })}
          />
        )}
        {kind === 'rtsp' && (
          <div class="pair">
            <TextField label={texts.user} autocomplete="off" value={user} onText={(text) => set({ user: text })} />
            <TextField
              label={texts.secret}
              type="password"
              autocomplete="off"
              value={password}
              onText={(text) => set({ password: text })}
            />
          </div>
        )}
        <TextField
          label={texts.inputName}
          help={texts.inputNameHelp}
          maxLength={16}
          autocomplete="off"
          value={name.value}
          onText={(text) => void (name.value = text)}
        />
      </div>
      <Trial source={source} label={channel === 'A' ? texts.channelA : texts.channelB} />
    </fieldset>
  );
}

/** Pause in typing after which the box tries the source. */
const PAUSE_MS = 700;

function Trial({ source, label }: { source: InputSource | undefined; label: string }) {
  const picture = useSignal<string | undefined>(undefined);
  const isLooking = useSignal(false);
  /** The reason why there is no picture; undefined until it is known. */
  const refusal = useSignal<{ text?: string; said?: Sentence } | undefined>(undefined);
  const shown = useRef<string | undefined>(undefined);
  const key = JSON.stringify(source ?? null);
  useEffect(() => {
    const stop = new AbortController();
    const show = (url: string | undefined): void => {
      if (shown.current) URL.revokeObjectURL(shown.current);
      picture.value = shown.current = url;
    };
    const look = async (): Promise<void> => {
      isLooking.value = true;
      const response = await fetch('/api/v1/inputs/try', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ source }),
        signal: stop.signal,
      }).catch(() => undefined);
      if (stop.signal.aborted) return;
      isLooking.value = false;
      if (!response) return;
      if (response.ok) {
        const picture = await response.blob().catch(() => undefined);
        if (picture && !stop.signal.aborted) show(URL.createObjectURL(picture));
        return;
      }
      const answer = (await response.json().catch(() => undefined)) as { error?: { text?: string; said?: Sentence } };
      refusal.value = answer?.error;
    };
    show(undefined);
    refusal.value = undefined;
    isLooking.value = false;
    const isSource = source && source.driver !== 'off';
    const timer = isSource ? setTimeout(() => void look(), PAUSE_MS) : undefined;
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key]);
  const words = refusal.value?.text && told(refusal.value.text, refusal.value.said);
  return (
    <div class="screen" role="img" aria-label={label} data-shown={picture.value ? 'still' : 'none'}>
      {picture.value ? (
        <img src={picture.value} alt="" />
      ) : (
        <p aria-live="polite">{isLooking.value ? texts.looking : (words ?? texts.noPicture)}</p>
      )}
    </div>
  );
}
