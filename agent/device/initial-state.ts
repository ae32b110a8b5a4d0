import { factorySettings } from '#firmware-config/factory/factory-settings.ts';
import type { Channel, Layout } from '#lib/media/layout.ts';
import type { DeviceState, InputNumber, InputSeen, Seen, Wanted } from './state.ts';

/** The wanted state of a box that was never configured: the factory settings, and no recording. */
export const factoryWanted = (factoryLayouts: readonly Layout[]): Wanted => ({
  ...factorySettings(factoryLayouts),
  recording: { state: 'stopped' },
});

const OFF: InputSeen = { status: 'off', sinceMs: 0, reconnects: 0 };
const NOT_SEEN: Seen['streams']['archive'] = { players: 0, kbps: 0, encoder: '' };
const SILENCE = { leftDb: -150, rightDb: -150 };

/** The state of a box that has just been switched on: nothing was observed yet. */
export function initialState(wanted: Wanted): DeviceState {
  const inputs: Record<InputNumber, InputSeen> = { 1: OFF, 2: OFF, 3: OFF, 4: OFF, 5: OFF };
  const meters: Record<Channel | 'output', typeof SILENCE> = { A: SILENCE, B: SILENCE, output: SILENCE };
  return {
    wanted,
    seen: {
      inputs,
      recording: { state: 'stopped', elapsedMs: 0, bytes: 0 },
      streams: { archive: NOT_SEEN, 'archive-b': NOT_SEEN, confidence: NOT_SEEN },
      pushes: {},
      meters,
      disk: [],
      frames: { composed: 0, late: 0, dropped: 0 },
      recordingsRevision: 0,
      alarms: [],
    },
  };
}
