import type { Codec } from './codecs.ts';
import { codec, oneLine, spelled } from './codecs.ts';
import { clockText, readClock } from './dates.ts';

/** A list of which each item is a text without the separator. `empty` is what stands for no item. */
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

export const names: Codec<readonly string[]> = joined<string>('*', { encode: oneLine, read: (text) => text });

export const durations: Codec<readonly number[]> = joined<number>('*', { encode: clockText, read: readClock });

/** Kilobytes, or N/A (null) for a destination that is not there (samples of AVC). */
export const kilobytes: Codec<readonly (number | null)[]> = joined<number | null>('*', {
  encode: (value) => (value === null ? 'N/A' : String(Math.floor(value))),
  read: (text) => (text === 'N/A' ? null : /^\d{1,15}$/.test(text) ? Number(text) : undefined),
});

export interface TimeLeft {
  destination: string;
  leftMs: number;
}

/** `internal 41:28:03*usbfront 00:00:00`; a destination that is not there is `N/A` (36I). */
export const timesLeft: Codec<readonly TimeLeft[]> = joined<TimeLeft>('*', {
  encode: (value) => `${oneLine(value.destination)} ${clockText(value.leftMs)}`,
  read(text) {
    const [destination = '', time = ''] = text.split(' ');
    const leftMs = readClock(time);
    return leftMs === undefined ? undefined : { destination, leftMs };
  },
});

export type AlarmLevel = 'warning' | 'critical' | 'info' | 'emergency';
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

/** `<name:video_loss,level:critical>*<name:…>`, or `None active` (39I). */
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

export interface InputReport {
  channel: 'A' | 'B';
  input: number;
  name: string;
  /** Undefined: no signal. */
  signal?: { widthPx: number; heightPx: number; hz: number } | undefined;
}

const report = /^Ch([AB])(\d+)\*([^*]*)\*(?:(\d+)x(\d+)\*([\d.]+)\*1|n\/a\*n\/a\*0)$/;
const nameOnly = (name: string) => oneLine(name).replaceAll(/[*,]/g, ' ');

/** `ChA1*Input1Name*1920x1080*60*1,ChB3*Input3Name*n/a*n/a*0`: five parts each (42I; LRC splits them so). */
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

export interface Volume {
  /** `Internal`, or `usbrear/232`: place and volume name. */
  name: string;
  usedMb: number;
  totalMb: number;
  freeMb: number;
  leftMs: number;
  active: boolean;
}

/** `Internal*93MB*238557MB*238464MB*86:49:20*1`, several joined by commas, or `N/A` (55I to 58I). */
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

export interface FreeSpace {
  name: string;
  free: string;
}

/** `internal*111.20GB`, several joined by commas (15I, 16I; SMP 111 guide). */
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

export interface PresetChoice {
  preset: number;
  name: string;
}

const choiceText = ({ preset, name }: PresetChoice) => `${preset}*${nameOnly(name)}`;
const readChoice = (text: string): PresetChoice | undefined => {
  const found = /^(\d+)\*(.*)$/.exec(text);
  return found ? { preset: Number(found[1]), name: found[2] ?? '' } : undefined;
};

/** `3*720 High`. */
export const presetChoice: Codec<PresetChoice> = codec<PresetChoice>({
  shape: '\\d+\\*[^,]*',
  decode: readChoice,
  encode: choiceText,
  describe: 'number*name',
});

/** The same, or a word of the personality when the settings match no preset (null). */
export const presetOrNone = (none: string): Codec<PresetChoice | null> =>
  codec<PresetChoice | null>({
    shape: '[^,]*',
    decode: (text) => (text === none ? null : readChoice(text)),
    encode: (value) => (value === null ? none : choiceText(value)),
    describe: `number*name, or ${none}`,
  });

/** One digit for each preset: 1 saved, 0 free. */
export const flags: Codec<readonly boolean[]> = codec<readonly boolean[]>({
  shape: '[01]*',
  decode: (text) => Array.from(text, (digit) => digit === '1'),
  encode: (values) => values.map((value) => (value ? '1' : '0')).join(''),
  describe: 'one digit for each preset',
});

export interface FileRecord {
  path: string;
  /** `Mon, 13 Jul 2026 08:16:21 GMT`. */
  changed: string;
  bytes: number;
}

const fileLine = /^(.*) (\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT) (\d+)$/;

/** One line a file, each with its line end. */
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

export type RecordState = 'stopped' | 'setup' | 'recording' | 'paused';

/** The state as `I` spells it. */
export const recordStateWord: Codec<RecordState> = spelled('stopped', 'setup', 'recording', 'paused');
