import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Accounts } from './control/accounts.ts';
import type { BoxActions } from './control/sis/world.ts';
import { parseParams } from './device/apply.ts';
import type { Device } from './device/device.ts';
import type { ErrorCode, Session } from './device/outcome.ts';
import type { Wanted } from './device/state.ts';
import type { RecordingShelf } from './web/sources.ts';

export interface ActionsOptions {
  device: Device;
  accounts: Accounts;
  recordings: RecordingShelf;
  overlays: { list(): Promise<readonly { name: string }[]>; remove(name: string): Promise<unknown> };
  /** Where `box.cfg` and `ip.cfg` are. */
  backupFolder: string;
  /** As on the first day: the factory's, with what the configuration says. */
  firstSettings(): Omit<Wanted, 'recording'>;
  movePort: BoxActions['movePort'];
  restart(what: 'unit' | 'network'): void;
  log: Log;
}

const BOX: Session = { id: 'box', via: 'boot', access: 'admin' };
/** So long the answer has to go out. */
const BEFORE_RESTART_MS = 500;

/** What the control protocol makes happen beside requests to the device. */
export function openActions(options: ActionsOptions): BoxActions {
  const { device, accounts, recordings, overlays, backupFolder, log } = options;
  const isRecording = (): boolean => device.state().wanted.recording.state !== 'stopped';

  const put = (settings: unknown): ErrorCode | undefined => {
    const checked = parseParams('settings.replace', { settings });
    if ('code' in checked) {
      log.warn({ reason: checked.text }, 'settings are refused');
      return checked.code;
    }
    return device.request({ name: 'settings.replace', params: checked.params, session: BOX }).refusal?.code;
  };

  return {
    setPassword: (account, password) => accounts.set(account, password),
    movePort: (service, port) => options.movePort(service, port),
    async deleteRecording(asked) {
      const found = recordings.list().find(({ id, dbId, base }) => [id, String(dbId), base].includes(asked));
      return found ? (await recordings.remove(found.id))?.code : 'E28';
    },
    hasOverlay: async (file) => (await overlays.list()).some(({ name }) => name === file),
    async clearAlarms() {
      for (const { name, about } of device.state().seen.alarms) {
        device.observe({ fact: 'alarm', clear: { name, about } });
      }
      return undefined;
    },
    async saveConfig(file) {
      const { recording: _, ...settings } = device.state().wanted;
      const content = file === 'box.cfg' ? settings : networkPart(settings.sis.kept);
      await writeFileAtomically(join(backupFolder, file), `${JSON.stringify(content, undefined, 1)}\n`, 0o600);
      return undefined;
    },
    async restoreConfig(file) {
      const text = await readFile(join(backupFolder, file), 'utf8').catch(() => undefined);
      if (text === undefined) return 'E28';
      const content = parsed(text);
      if (file === 'box.cfg') return put(content);
      const { recording: _, ...settings } = device.state().wanted;
      const kept = { ...settings.sis.kept, ...networkPart(Object(content)) };
      return put({ ...settings, sis: { ...settings.sis, kept } });
    },
    async reset(what) {
      if (isRecording()) return 'E22';
      const refused = put(options.firstSettings());
      if (refused) return refused;
      if (what.recordings) for (const { id } of recordings.list()) await recordings.remove(id);
      if (what.files) {
        for (const { name } of await overlays.list()) await overlays.remove(name);
        await rm(backupFolder, { recursive: true, force: true });
      }
      if (what.passwords) await accounts.reset();
      return undefined;
    },
    async restart(what) {
      setTimeout(() => {
        // Somebody may have begun meanwhile.
        if (!isRecording()) options.restart(what);
      }, BEFORE_RESTART_MS);
      return undefined;
    },
  };
}

const networkPart = (kept: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(kept).filter(([row]) => row.startsWith('network.')));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
