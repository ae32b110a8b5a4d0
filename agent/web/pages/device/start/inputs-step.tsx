import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Channel, InputSource } from '../../shared/api-types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { usePage } from '../page-context.ts';
import { texts } from './start-texts.ts';
import { sourceOf, typedOf, type Typed } from './source.ts';

const KINDS = ['rtsp', 'url', 'v4l2', 'test', 'off'] as const;

/** One source for each channel, seen while its address is typed. */
export function InputsStep() {
  return (
    <div class="form">
      <p>{texts.inputsWhy}</p>
      <Source channel="A" />
      <Source channel="B" />
    </div>
  );
}

function Source({ channel }: { channel: Channel }) {
  const { api, box } = usePage();
  const wanted = box.state.value?.wanted;
  const number = wanted?.routing[channel] ?? (channel === 'A' ? 1 : 3);
  const typed = useSignal<Typed>(typedOf(wanted?.inputs[number].source ?? { driver: 'off' }));
  const set = (change: Partial<Typed>): void => void (typed.value = { ...typed.value, ...change });
  const source = sourceOf(typed.value);
  const use = async (): Promise<unknown> =>
    orTell(await api.send('PATCH', `/inputs/${number}`, { source }), texts.used);
  const { kind, address, user, password } = typed.value;
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
        <div>
          <Button kind="main" disabled={!source} onPress={use}>
            {texts.usePicture}
          </Button>
        </div>
      </div>
      <Trial source={source} label={channel === 'A' ? texts.channelA : texts.channelB} />
    </fieldset>
  );
}

/** Typing goes on: nobody is asked for each letter. */
const PAUSE_MS = 700;

function Trial({ source, label }: { source: InputSource | undefined; label: string }) {
  const picture = useSignal<string | undefined>(undefined);
  const isLooking = useSignal(false);
  /** Why there is none; undefined: nobody knows yet. */
  const words = useSignal<string | undefined>(undefined);
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
      if (response.ok) return show(URL.createObjectURL(await response.blob()));
      const { error } = (await response.json()) as { error?: { text?: string } };
      words.value = error?.text;
    };
    show(undefined);
    words.value = undefined;
    isLooking.value = false;
    const isSource = source && source.driver !== 'off';
    const timer = isSource ? setTimeout(() => void look(), PAUSE_MS) : undefined;
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key]);
  return (
    <div class="screen" role="img" aria-label={label} data-shown={picture.value ? 'still' : 'none'}>
      {picture.value ? (
        <img src={picture.value} alt="" />
      ) : (
        <p aria-live="polite">{isLooking.value ? texts.looking : (words.value ?? texts.noPicture)}</p>
      )}
    </div>
  );
}
