import { localTimeIn } from '#lib/sis/dates.ts';
import type { system } from '#lib/sis/families/system.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import type { TimeZone } from '#lib/sis/personality.ts';
import { done, told, wish, type BoxEvent, type SisWorld, type View } from './world.ts';

type SystemRow = Extract<(typeof system)[number], { by: 'device' }>;

/** Where the clock of the box stands: an IANA name. */
export function zoneNameOf({ device, facts, personality }: View): string {
  const { zone } = device.wanted.sis;
  return personality.timeZones.find(({ code }) => code === zone)?.iana ?? facts.timeZone;
}

const localTimeOf = (view: View): string => localTimeIn(view.facts.nowMs, zoneNameOf(view));

/** The zone of the list whose clock says the same, in summer and in winter. */
function zoneOf(view: View): TimeZone {
  const { timeZones } = view.personality;
  const name = zoneNameOf(view);
  const year = new Date(view.facts.nowMs).getUTCFullYear();
  const clocks = (iana: string) => [0, 6].map((month) => localTimeIn(Date.UTC(year, month, 15), iana)).join();
  const found =
    timeZones.find(({ iana }) => iana === name) ?? timeZones.find(({ iana }) => clocks(iana) === clocks(name));
  return found ?? { code: 'N/A', offsets: name, place: name, iana: name };
}

/** `SMP-351-11-22-33`: the last three bytes of the hardware address. */
const defaultName = ({ personality, facts }: View): string =>
  `${personality.identity.namePrefix}-${facts.mac.slice(-8)}`;

const resetting = (what: { recordings: boolean; files: boolean; passwords: boolean }): BoxEvent => ({
  act: (box) => box.reset(what),
});

/** The device as a whole (facts 2.2). */
export const systemHandlers: Handlers<SystemRow, SisWorld> = {
  'unit.name': {
    set: (view, { name }) => done(view, wish('hall.set', { hall: name })),
    reset: (view) => told(view, { name: defaultName(view) }, wish('hall.set', { hall: defaultName(view) })),
    query: ({ device }) => ({ name: device.wanted.hall }),
  },
  'clock.time': {
    // The clock is the machine's, which has its own time server: the reply says what it shows.
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
  'config.save': { act: (view, { file }) => done(view, { act: (box) => box.saveConfig(file) }) },
  'config.restore': { act: (view, { file }) => done(view, { act: (box) => box.restoreConfig(file) }) },
};
