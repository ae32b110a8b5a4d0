import { signal } from '@preact/signals';
import { Dialog } from '@amphi/lib/pages/dialog.tsx';
import { TickField } from '@amphi/lib/pages/field.tsx';
import { keep, keptIn } from '@amphi/lib/pages/words.ts';
import { texts } from './editor-texts.ts';
import { KEYS, type Command } from './model/keys.ts';

const KEPT = 'amphi-edit-keys';
/** Whether keys without Ctrl do something: who dictates may turn them off. */
export const keysAreOn = signal(keptIn(KEPT) !== 'off');

/** How to cut, and the keys. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={texts.help} onClose={onClose} wide>
      <div class="form">
        <p>{texts.howTo}</p>
        <p>{texts.touchHelp}</p>
        <h3>{texts.keys}</h3>
        <TickField
          label={texts.keysOn}
          help={texts.keysOnHelp}
          value={keysAreOn.value}
          onTick={(on) => {
            keysAreOn.value = on;
            keep(KEPT, on ? 'on' : 'off');
          }}
        />
        <dl class="keys">
          {KEYS.map(([command, keys]) => (
            <div key={command}>
              <dt>
                {keys.map((one) => (
                  <kbd key={one}>{keyName(one)}</kbd>
                ))}
              </dt>
              <dd>{commandName(command)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

const keyName = (keys: string): string =>
  keys
    .replace('Mod', isMac() ? '⌘' : 'Ctrl')
    .replace('Space', texts.space)
    .replace('Shift', texts.shiftKey)
    .replace('Delete', texts.deleteKey);

/** What a command does, in words. */
export function commandName(command: Command): string {
  const names: Record<Command, string> = {
    play: texts.keyPlay,
    forward: texts.keyForward,
    backward: texts.keyBackward,
    stop: texts.pause,
    'next picture': texts.ahead,
    'previous picture': texts.back,
    'next second': texts.keySecondAhead,
    'previous second': texts.keySecondBack,
    'next border': texts.borderAhead,
    'previous border': texts.borderBack,
    'to the begin': texts.keyBegin,
    'to the end': texts.keyEnd,
    'mark in': texts.markIn,
    'mark out': texts.markOut,
    'no marks': texts.noMarks,
    split: texts.split,
    join: texts.joinNext,
    'cut away': texts.keyCut,
    chapter: texts.addChapter,
    caption: texts.addCaption,
    cover: texts.takeCover,
    undo: texts.undo,
    redo: texts.redo,
    save: texts.save,
    'zoom in': texts.zoomIn,
    'zoom out': texts.zoomOut,
    'zoom whole': texts.zoomWhole,
    help: texts.help,
  };
  return names[command];
}
