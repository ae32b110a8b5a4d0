import type { InputNumber, InputSource } from '#agent/device/state.ts';
import { openEndings } from '#lib/runtime/endings.ts';
import type { Input } from './input.ts';

/** The inputs of one channel: the wanted one, and the one that is shown until the wanted one has a picture. */
export interface InputSelector {
  /** Starts, keeps or changes the input; the same number with the same source goes on undisturbed. */
  select(number: InputNumber, source: InputSource): void;
  wanted(): Input | undefined;
  before(): Input | undefined;
  /** Number of the input that the channel shows; after a switch, the wanted one. */
  number(): InputNumber | undefined;
  /** Resolves when all inputs have ended, those too that were taken off before. */
  close(): Promise<void>;
}

type Start = (number: InputNumber, source: Exclude<InputSource, { driver: 'off' }>) => Input;

interface Selected {
  number: InputNumber;
  key: string;
  input: Input | undefined;
}

/** Time that a new input without a picture is waited for; then it takes the channel, which shows a slate. */
const PATIENCE_MS = 5000;

/** Makes the selector of a channel. */
export function openInputSelector(start: Start, onOff: (number: InputNumber) => void): InputSelector {
  let wanted: Selected | undefined;
  let before: Input | undefined;
  let patience: NodeJS.Timeout | undefined;
  const endings = openEndings();

  const dropBefore = (): void => {
    clearTimeout(patience);
    endings.add(before?.close());
    before = undefined;
  };

  return {
    select(number, source) {
      const key = JSON.stringify([number, source]);
      if (wanted?.key === key) return;
      if (wanted?.number !== number && wanted) onOff(wanted.number);
      const shown = wanted?.input?.seen().status === 'live' ? wanted.input : undefined;
      if (wanted?.input && !shown) endings.add(wanted.input.close());
      // A new picture is on its way already, so the present one stays until it comes.
      if (shown) {
        dropBefore();
        before = shown;
      }
      wanted = { number, key, input: source.driver === 'off' ? undefined : start(number, source) };
      if (source.driver === 'off') dropBefore();
      else if (before) patience = setTimeout(dropBefore, PATIENCE_MS);
    },
    wanted() {
      if (before && wanted?.input?.seen().status === 'live') dropBefore();
      return wanted?.input;
    },
    before: () => before,
    number: () => wanted?.number,
    async close() {
      dropBefore();
      endings.add(wanted?.input?.close());
      await endings.all();
    },
  };
}
