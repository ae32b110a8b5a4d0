import type { Log } from '#lib/runtime/log.ts';
import type { Backup } from '../backup/backup.ts';
import type { Accounts } from '#agent/control/accounts/accounts.ts';
import type { BoxActions } from '#agent/control/sis/world.ts';
import { parseParams } from '#agent/device/apply.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import type { ErrorCode, Session } from '#agent/device/outcome.ts';
import type { Wanted } from '#agent/device/state.ts';
import type { ScheduleSource } from '#agent/web/views/schedule-source.ts';
import type { RecordingSource } from '#agent/web/views/sources.ts';

/** Options of `openActions`. */
export interface ActionsOptions {
  device: DeviceClient;
  accounts: Accounts;
  recordings: RecordingSource;
  overlays: { list(): Promise<readonly { name: string }[]>; remove(name: string): Promise<unknown> };
  backup: Pick<Backup, 'save' | 'restore' | 'clear'>;
  /** The factory settings, with those of the configuration file over them. */
  firstSettings(): Omit<Wanted, 'recording'>;
  schedule: Pick<ScheduleSource, 'refresh' | 'view' | 'remove'>;
  movePort: BoxActions['movePort'];
  restart(what: 'unit' | 'network'): void;
  log: Log;
}

const BOX: Session = { id: 'box', via: 'boot', access: 'admin' };
/** Wait in ms before a restart, in which the answer is still sent. */
const BEFORE_RESTART_MS = 500;

/** Opens the actions of controllers' commands that are no requests to the device: restart, passwords, files, backup. */
export function openActions(options: ActionsOptions): BoxActions {
  const { device, accounts, recordings, overlays, backup, schedule, log } = options;
  const isRecording = (): boolean => device.state().wanted.recording.state !== 'stopped';

  const put = async (settings: unknown): Promise<ErrorCode | undefined> => {
    const checked = parseParams('settings.replace', { settings });
    if ('code' in checked) {
      log.warn({ reason: checked.text }, 'settings are refused');
      return checked.code;
    }
    const { refusal } = await device.request({ name: 'settings.replace', params: checked.params, session: BOX });
    return refusal?.code;
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
    async syncSchedule() {
      schedule.refresh().catch((error: unknown) => log.warn({ err: error }, 'the calendars were not asked'));
      return undefined;
    },
    async clearSchedule() {
      const isDropped = ({ source, state }: { source: string; state: string }) =>
        source === 'box' && state === 'upcoming';
      const { events } = await schedule.view();
      for (const { id } of events.filter(isDropped)) await schedule.remove(id);
      return undefined;
    },
    async saveConfig(file) {
      await backup.save(file);
      return undefined;
    },
    restoreConfig: (file) => backup.restore(file),
    async reset(what) {
      if (isRecording()) return 'E22';
      const refused = await put(options.firstSettings());
      if (refused) return refused;
      if (what.recordings) for (const { id } of recordings.list()) await recordings.remove(id);
      if (what.files) {
        for (const { name } of await overlays.list()) await overlays.remove(name);
        await backup.clear();
      }
      if (what.passwords) await accounts.reset();
      return undefined;
    },
    async restart(what) {
      setTimeout(() => {
        // No restart if a recording has begun meanwhile.
        if (!isRecording()) options.restart(what);
      }, BEFORE_RESTART_MS);
      return undefined;
    },
  };
}
