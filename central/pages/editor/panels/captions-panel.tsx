import { useSignal } from '@preact/signals';
import { Button } from '@amphi/lib/pages/button.tsx';
import { ChoiceField, TextField } from '@amphi/lib/pages/field.tsx';
import { language as pageLanguage } from '@amphi/lib/pages/words.ts';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { changedTrack, shiftedCues, withCue, withTrack, type CaptionTrack, type Cue } from '../model/captions.ts';
import { msOfFrame } from '../model/frames.ts';
import { CaptionFile } from './caption-file.tsx';
import { CaptionRows } from './caption-rows.tsx';
import { languageChoices } from './languages.ts';

/** Captions of each language: typed, read from a file, shifted. */
export function CaptionsPanel() {
  const { store } = useEditor();
  const { captions } = store.document.value;
  const chosen = useSignal(captions[0]?.key);
  const track = captions.find(({ key }) => key === chosen.value) ?? captions[0];
  const add = (cues: readonly Omit<Cue, 'key'>[] = []): void => {
    const taken = captions.map(({ language }) => language);
    const free = [pageLanguage.value, ...languageChoices().map(({ value }) => value)].find(
      (one) => !taken.includes(one),
    );
    store.change((now) => ({ captions: withTrack(now.captions, free ?? '', cues) }));
    chosen.value = store.document.value.captions.at(-1)?.key;
  };
  return (
    <>
      {captions.length > 1 && (
        <div class="choices">
          {captions.map(({ key, language }) => (
            <Button key={key} pressed={key === track?.key} onPress={() => void (chosen.value = key)}>
              {language === '' ? texts.untold : language}
            </Button>
          ))}
        </div>
      )}
      {!track && <p class="soft">{texts.noCaptions}</p>}
      {track && <Track key={track.key} track={track} />}
      <div class="choices">
        <Button onPress={() => add()}>{texts.addLanguage}</Button>
        <CaptionFile onCues={add} />
      </div>
    </>
  );
}

function Track({ track }: { track: CaptionTrack }) {
  const { store } = useEditor();
  const { key, language } = track;
  const change = (part: (track: CaptionTrack) => Partial<CaptionTrack>, about?: string): void =>
    store.change(({ captions }) => ({ captions: changedTrack(captions, key, part) }), about);
  const atMs = (): number => msOfFrame(store.playhead.value, store.pictures.rate);
  return (
    <>
      <div class="captions-head">
        <ChoiceField
          label={texts.captionsIn}
          value={language}
          choices={languageChoices(language)}
          onChoice={(value) => change(() => ({ language: value }))}
        />
        <div class="choices">
          <Button onPress={() => change(({ cues }) => ({ cues: withCue(cues, atMs(), store.shown.durationMs) }))}>
            {texts.addCaption}
          </Button>
          <Button
            kind="quiet"
            onPress={() => store.change(({ captions }) => ({ captions: captions.filter((one) => one.key !== key) }))}
          >
            {texts.removeLanguage}
          </Button>
        </div>
      </div>
      <CaptionRows track={track} change={change} />
      <Shift
        onShift={(byMs, fromMs) => change(({ cues }) => ({ cues: shiftedCues(cues, byMs, fromMs) }))}
        atMs={atMs}
      />
    </>
  );
}

/** Moves captions in time: all, or those from the playhead on. */
function Shift({ onShift, atMs }: { onShift: (byMs: number, fromMs: number) => void; atMs: () => number }) {
  const seconds = useSignal('');
  const typed = seconds.value.trim().replace(',', '.');
  const byMs = /^[+-]?\d{1,6}(\.\d{1,3})?$/.test(typed) ? Math.round(Number(typed) * 1000) : undefined;
  const shift = (fromMs: number) => (): void => {
    if (byMs !== undefined) onShift(byMs, fromMs);
  };
  return (
    <div class="shift">
      <TextField
        label={texts.shift}
        value={seconds.value}
        onText={(text) => void (seconds.value = text)}
        placeholder="-0.5"
      />
      <div class="choices">
        <Button disabled={byMs === undefined} onPress={shift(0)}>
          {texts.shiftAll}
        </Button>
        <Button disabled={byMs === undefined} onPress={() => shift(atMs())()}>
          {texts.shiftFromHere}
        </Button>
      </div>
    </div>
  );
}
