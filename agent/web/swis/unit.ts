import { z } from 'zod';
import { zoneNameOf } from '#agent/device/zone.ts';
import { localTimeIn, wireDate } from '#lib/sis/dates.ts';
import { resource, wish, type Json, type Resource, type SwisView } from './resource.ts';

/** A temperature as `20STAT` of the control protocol tells it, or as a number. */
const celsius = ({ personality }: SwisView, value: number): Json =>
  personality.swis.temperature === 'text' ? `${value.toFixed(1)}C` : Number(value.toFixed(1));

const temperature = (path: string, about: string): Resource =>
  resource({
    path,
    about,
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: (view) => celsius(view, view.machine.celsius),
    example: '45.0C',
  });

const zoneOf = ({ state, personality, timeZone }: SwisView): string => zoneNameOf(state.wanted, personality, timeZone);

/** The offset of a zone from UTC: `+02:00`. */
function offsetText(nowMs: number, zone: string): string {
  const secondsMs = Math.floor(nowMs / 1000) * 1000;
  const minutes = Math.round((Date.parse(`${localTimeIn(secondsMs, zone)}Z`) - secondsMs) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Resources of the unit as a whole. */
export const unitResources: readonly Resource[] = [
  resource({
    path: '/unit/name',
    about: 'Name of the unit, which is that of its hall',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ state }) => state.wanted.hall,
    set: {
      access: 'admin',
      value: z.string(),
      wishes: (_, hall) => [wish('hall.set', { hall })],
      example: 'Amphi-D',
    },
    example: 'Amphi-D',
  }),
  resource({
    path: '/unit/location',
    about: 'Where it stands',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ state }) => state.wanted.sis.snmp.location,
    set: {
      access: 'admin',
      value: z.string(),
      wishes: (_, location) => [wish('sis.set', { snmp: { location } })],
      example: 'Bâtiment D',
    },
    example: 'Bâtiment D',
  }),
  resource({
    path: '/unit/model/name',
    about: 'Model',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ personality }) => personality.identity.model,
    example: 'SMP 351',
  }),
  temperature('/unit/temp/internal', 'Temperature of the machine'),
  temperature('/unit/temp/board1', 'The same'),
  temperature('/unit/temp/board2', 'The same'),
  temperature('/unit/temp/cpu', 'The same'),
  resource({
    path: '/tool/disktemperature',
    about: 'Temperature of the warmest drive in °C; 0 where no drive tells any',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ machine }) => ({ RAW_VALUE: Math.round(machine.sensors.diskCelsius ?? 0) }),
    example: { RAW_VALUE: 38 },
  }),
  resource({
    path: '/unit/fan_speed',
    about: 'Turns a minute of the first two fans; 0 where there are none',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get({ machine }) {
      const [fan_cpu1 = 0, fan_board1 = 0] = machine.sensors.fansRpm;
      return { fan_cpu1, fan_board1 };
    },
    example: { fan_cpu1: 1200, fan_board1: 0 },
  }),
  resource({
    path: '/unit/cpu_usage',
    about: 'Load of the processors in %',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ machine }) => [Math.round(machine.cpuPercent)],
    example: [23],
  }),
  resource({
    path: '/unit/memory_usage',
    about: 'Memory in use in %',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: ({ machine: { memory } }) => Math.round((100 * memory.usedBytes) / (memory.totalKb * 1024)),
    example: 41,
  }),
  resource({
    path: '/xtime/date',
    about: 'Wall clock of the unit, which is that of the machine',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: (view) => wireDate(localTimeIn(view.nowMs, zoneOf(view))),
    example: 'Mon, 13 Jul 2026 08:16:21',
  }),
  resource({
    path: '/xtime/timezone_offset',
    about: 'How far it is before that of Greenwich',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get: (view) => offsetText(view.nowMs, zoneOf(view)),
    example: '+02:00',
  }),
];
