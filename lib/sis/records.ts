import type { Codec } from './codecs.ts';
import { codec, oneLine, spelled } from './codecs.ts';
import { clockText, readClock } from './dates.ts';

/** A list of items whose texts do not contain the separator. `empty` is the text of an empty list. */
export function joined<T>(
  separator: string,
  item: { encode(value: T): string; read(text: string): T | undefined },
  empty = '',
): Codec<readonly T[]> {
  const read = (text: string) => {
    if (text === empty) return [];
    const items = text.split(separator).map((part) => item.read(part));
    return items.includes(undefined) ? undefined : (items as T[]);
  };
  return codec<readonly T[]>({
    shape: '[^<>]*?',
    replyShape: '[^<>]*',
    decode: read,
    encode: (values) => (values.length === 0 ? empty : values.map((value) => item.encode(value)).join(separator)),
    describe: `a list joined by ${separator.trim() || 'spaces'}`,
  });
}

/** Names joined by `*`. */
export const names: Codec<readonly string[]> = joined<string>('*', { encode: oneLine, read: (text) => text });

/** Lengths of time in milliseconds, `HH:MM:SS` joined by `*`. */
export const durations: Codec<readonly number[]> = joined<number>('*', { encode: clockText, read: readClock });

/** Free kilobytes; null is N/A, for a destination that is missing (samples of AVC). */
export const kilobytes: Codec<readonly (number | null)[]> = joined<number | null>('*', {
  encode: (value) => (value === null ? 'N/A' : String(Math.floor(value))),
  read: (text) => (text === 'N/A' ? null : /^\d{1,15}$/.test(text) ? Number(text) : undefined),
});

/** The recording time that is left on a destination. */
export interface TimeLeft {
  destination: string;
  leftMs: number;
}

/**
 * Time left on each destination: `internal 41:28:03*usbfront 00:00:00`; a missing destination is called `N/A` (36I).
 */
export const timesLeft: Codec<readonly TimeLeft[]> = joined<TimeLeft>('*', {
  encode: (value) => `${oneLine(value.destination)} ${clockText(value.leftMs)}`,
  read(text) {
    const [destination = '', time = ''] = text.split(' ');
    const leftMs = readClock(time);
    return leftMs === undefined ? undefined : { destination, leftMs };
  },
});

/** Level of an alarm. */
export type AlarmLevel = 'warning' | 'critical' | 'info' | 'emergency';
/** An alarm, as in the reply to 39I. */
export interface AlarmRecord {
  name: string;
  level: AlarmLevel;
}

/** The alarms of the device, by their wire names (facts/smp351 2.1). */
export const alarmNames = [
  'video_loss',
  'hdcp_video',
  'audio_loss',
  'disk_space',
  'disk_error',
  'record_halt',
  'temperature.internal',
  'cpu_usage',
  'ntp.sync',
  'usb.front.overcurrent',
  'usb.rear.overcurrent',
  'usb.keyboard.overcurrent',
  'usb.mouse.overcurrent',
  'auth_failures',
  'sched_server',
  'firmware_failure',
  'publish_failure',
] as const;

const bracketed = /^<name:([^,<>]*),level:(warning|critical|info|emergency)>$/;

/** Active alarms: `<name:video_loss,level:critical>*<name:…>`, or `None active` (39I). */
export const alarms: Codec<readonly AlarmRecord[]> = codec<readonly AlarmRecord[]>({
  ...joined<AlarmRecord>(
    '*',
    {
      encode: (alarm) => `<name:${oneLine(alarm.name)},level:${alarm.level}>`,
      read(text) {
        const found = bracketed.exec(text);
        return found ? { name: found[1] ?? '', level: found[2] as AlarmLevel } : undefined;
      },
    },
    'None active',
  ),
  replyShape: '.*',
});

/** The status of a channel's input, as in the reply to 42I. */
export interface InputReport {
  channel: 'A' | 'B';
  input: number;
  name: string;
  /** The signal that arrives at the input; undefined if there is none. */
  signal?: { widthPx: number; heightPx: number; hz: number } | undefined;
}

const report = /^Ch([AB])(\d+)\*([^*]*)\*(?:(\d+)x(\d+)\*([\d.]+)\*1|n\/a\*n\/a\*0)$/;
const nameOnly = (name: string) => oneLine(name).replaceAll(/[*,]/g, ' ');

/**
 * Status of the inputs: `ChA1*Input1Name*1920x1080*60*1,ChB3*Input3Name*n/a*n/a*0`, five parts for each (42I; LRC
 * expects five).
 */
export const inputReports: Codec<readonly InputReport[]> = joined<InputReport>(',', {
  encode({ channel, input, name, signal }) {
    const seen = signal ? `${signal.widthPx}x${signal.heightPx}*${signal.hz}*1` : 'n/a*n/a*0';
    return `Ch${channel}${input}*${nameOnly(name)}*${seen}`;
  },
  read(text) {
    const found = report.exec(text);
    if (!found) return undefined;
    const [, channel, input, name = '', width, height, hz] = found;
    const signal = width && { widthPx: Number(width), heightPx: Number(height), hz: Number(hz) };
    return { channel: channel as 'A' | 'B', input: Number(input), name, ...(signal ? { signal } : {}) };
  },
});

/** A volume of a storage place, with its space in MB and the recording time that is left. */
export interface Volume {
  /** Place and volume name: `Internal`, or `usbrear/232`. */
  name: string;
  usedMb: number;
  totalMb: number;
  freeMb: number;
  leftMs: number;
  active: boolean;
}

/** Volumes: `Internal*93MB*238557MB*238464MB*86:49:20*1`, joined by commas, or `N/A` (55I to 58I). */
export const volumes: Codec<readonly Volume[]> = joined<Volume>(
  ',',
  {
    encode(volume) {
      const sizes = [volume.usedMb, volume.totalMb, volume.freeMb].map((mb) => `${Math.floor(mb)}MB`);
      return [nameOnly(volume.name), ...sizes, clockText(volume.leftMs), volume.active ? 1 : 0].join('*');
    },
    read(text) {
      const [name = '', used, total, free, left = '', active] = text.split('*');
      const leftMs = readClock(left);
      const [usedMb, totalMb, freeMb] = [used, total, free].map((part) => Number(/^(\d+)MB$/.exec(part ?? '')?.[1]));
      if (leftMs === undefined || usedMb === undefined || totalMb === undefined || freeMb === undefined)
        return undefined;
      return { name, usedMb, totalMb, freeMb, leftMs, active: active === '1' };
    },
  },
  'N/A',
);

/** Free space of a volume; `free` has its unit, as `111.20GB`. */
export interface FreeSpace {
  name: string;
  free: string;
}

/** Free space: `internal*111.20GB`, joined by commas (15I, 16I; SMP 111 guide). */
export const freeSpaces: Codec<readonly FreeSpace[]> = joined<FreeSpace>(
  ',',
  {
    encode: ({ name, free }) => `${nameOnly(name)}*${free}`,
    read(text) {
      const [name = '', free] = text.split('*');
      return free === undefined ? undefined : { name, free };
    },
  },
  'N/A',
);

/** A preset's number and name. */
export interface PresetChoice {
  preset: number;
  name: string;
}

const choiceText = ({ preset, name }: PresetChoice) => `${preset}*${nameOnly(name)}`;
const readChoice = (text: string): PresetChoice | undefined => {
  const found = /^(\d+)\*(.*)$/.exec(text);
  return found ? { preset: Number(found[1]), name: found[2] ?? '' } : undefined;
};

/** A preset: `3*720 High`. */
export const presetChoice: Codec<PresetChoice> = codec<PresetChoice>({
  shape: '\\d+\\*[^,]*',
  decode: readChoice,
  encode: choiceText,
  describe: 'number*name',
});

/** A preset, or null if the settings match none; null is the text `none`. */
export const presetOrNone = (none: string): Codec<PresetChoice | null> =>
  codec<PresetChoice | null>({
    shape: '[^,]*',
    decode: (text) => (text === none ? null : readChoice(text)),
    encode: (value) => (value === null ? none : choiceText(value)),
    describe: `number*name, or ${none}`,
  });

/** Which presets are saved: one digit for each, 1 saved, 0 free. */
export const flags: Codec<readonly boolean[]> = codec<readonly boolean[]>({
  shape: '[01]*',
  decode: (text) => Array.from(text, (digit) => digit === '1'),
  encode: (values) => values.map((value) => (value ? '1' : '0')).join(''),
  describe: 'one digit for each preset',
});

/** A file as `LF` lists it. */
export interface FileRecord {
  path: string;
  /** Date of the last change: `Mon, 13 Jul 2026 08:16:21 GMT`. */
  changed: string;
  bytes: number;
}

const fileLine = /^(.*) (\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT) (\d+)$/;

/** Files, each on a line of its own. */
export const fileLines: Codec<readonly FileRecord[]> = codec<readonly FileRecord[]>({
  shape: '',
  replyShape: '(?:.*\\r\\n)?',
  decode(text) {
    const files = text
      .split('\r\n')
      .slice(0, -1)
      .map((line) => fileLine.exec(line));
    return files.includes(null)
      ? undefined
      : files.map((found) => ({ path: found?.[1] ?? '', changed: found?.[2] ?? '', bytes: Number(found?.[3]) }));
  },
  encode: (files) => files.map((file) => `${oneLine(file.path)} ${file.changed} ${file.bytes}\r\n`).join(''),
  describe: 'path, date and bytes of each file, one a line',
});

/** State of the recording, as in the reply to `I`. */
export type RecordState = 'stopped' | 'setup' | 'recording' | 'paused';

/** The state as a word, as in the reply to `I`. */
export const recordStateWord: Codec<RecordState> = spelled('stopped', 'setup', 'recording', 'paused');
