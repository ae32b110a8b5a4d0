import { zoneNameOf as zoneNameIn } from '#agent/device/zone.ts';
import { localTimeIn } from '#lib/sis/dates.ts';
import type { system } from '#lib/sis/families/system.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import type { TimeZone } from '#lib/sis/personality.ts';
import { done, told, wish, type BoxEvent, type SisWorld, type View } from './world.ts';

type SystemRow = Extract<(typeof system)[number], { by: 'device' }>;

/** The IANA name of the box's time zone. */
export const zoneNameOf = ({ device, facts, personality }: View): string =>
  zoneNameIn(device.wanted, personality, facts.timeZone);

const localTimeOf = (view: View): string => localTimeIn(view.facts.nowMs, zoneNameOf(view));

/**
 * The zone's offsets in winter and summer, in the form of the device's list: `UTC+01:00/UTC+02:00`; one if they are
 * equal.
 */
function offsetsOf(iana: string, atMs: number): string {
  const year = new Date(atMs).getUTCFullYear();
  const minutes = [0, 6].map((month) => {
    const utc = Date.UTC(year, month, 15);
    return Math.round((Date.parse(`${localTimeIn(utc, iana)}Z`) - utc) / 60_000);
  });
  const text = (offset: number): string => {
    const [hours, rest] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
    return `UTC${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
  };
  return [...new Set(minutes)]
    .toSorted((one, other) => one - other)
    .map(text)
    .join('/');
}

/** The zone of the device's list that the box is in, or one with the same offsets. */
function zoneOf(view: View): TimeZone {
  const { timeZones } = view.personality;
  const name = zoneNameOf(view);
  const exact = timeZones.find(({ iana }) => iana === name);
  if (exact) return exact;
  const offsets = offsetsOf(name, view.facts.nowMs);
  return timeZones.find((zone) => zone.offsets === offsets) ?? { code: 'N/A', offsets, place: name, iana: name };
}

/** The factory's name: `SMP-351-11-22-33`, with the last three bytes of the hardware address. */
const defaultName = ({ personality, facts }: View): string =>
  `${personality.identity.namePrefix}-${facts.mac.slice(-8)}`;

const resetting = (what: { recordings: boolean; files: boolean; passwords: boolean }): BoxEvent => ({
  act: (box) => box.reset(what),
});

/** Handlers for the device as a whole (facts/smp351 2.2). */
export const systemHandlers: Handlers<SystemRow, SisWorld> = {
  'unit.name': {
    set: (view, { name }) => done(view, wish('hall.set', { hall: name })),
    reset: (view) => told(view, { name: defaultName(view) }, wish('hall.set', { hall: defaultName(view) })),
    query: ({ device }) => ({ name: device.wanted.hall }),
  },
  'clock.time': {
    // The clock cannot be set, since the machine sets it by a time server; the reply gives the machine's time.
    set: (view) => told(view, { time: localTimeOf(view) }),
    query: (view) => ({ time: localTimeOf(view) }),
  },
  'clock.zone': {
    set: (view, { zone }) => done(view, wish('sis.set', { zone: zone.code })),
    query: (view) => ({ zone: zoneOf(view) }),
    list: ({ personality }) => ({ zones: personality.timeZones }),
  },
  'unit.restart': { act: (view, { what }) => done(view, { act: (box) => box.restart(what) }) },
  'reset.settings': { act: (view) => done(view, resetting({ recordings: false, files: false, passwords: false })) },
  'reset.recordings': { act: (view) => done(view, resetting({ recordings: true, files: false, passwords: false })) },
  'reset.files': { act: (view) => done(view, resetting({ recordings: true, files: true, passwords: false })) },
  'reset.all': { act: (view) => done(view, resetting({ recordings: true, files: true, passwords: true })) },
  'schedule.sync': { act: (view) => done(view, { act: (box) => box.syncSchedule() }) },
  'schedule.clear': { act: (view) => done(view, { act: (box) => box.clearSchedule() }) },
  'config.save': { act: (view, { file }) => done(view, { act: (box) => box.saveConfig(file) }) },
  'config.restore': { act: (view, { file }) => done(view, { act: (box) => box.restoreConfig(file) }) },
};
