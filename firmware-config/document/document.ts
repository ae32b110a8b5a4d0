import { isDeepStrictEqual } from 'node:util';
import type { Layout } from '#lib/media/layout.ts';
import { layoutOf } from '../factory/layout-presets.ts';
import { givenSchema, type GivenDocument } from '../schema/config.ts';
import { isKeyOfFile } from '../words/keys.ts';
import type { SchedulerInDocument } from '../schema/machine/scheduler.ts';
import type { SavedLayout, Settings } from '../schema/device/settings.ts';
import type { StreamName, StreamWanted } from '../schema/device/streams.ts';
import { checkedText } from './text.ts';

/** A box's settings as one document: all that can be set remotely. Null means none. */
export interface BoxDocument {
  hall: string;
  device: Omit<Settings, 'hall' | 'layout' | 'layoutNumber' | 'noSignal' | 'streams'> & {
    layout: number;
    shown: Layout | null;
    noSignalHoldMs: number;
    streams: Record<StreamName, StreamInDocument>;
  };
  /** Server of the scheduler; null: none. */
  scheduler?: SchedulerInDocument | null;
}

type StreamInDocument = Omit<StreamWanted, 'multicast'> & { multicast: Required<StreamWanted>['multicast'] | null };

/** Reads an imported file. Throws a ConfigError with all mistakes. */
export const readGiven = (text: string, name: string): GivenDocument =>
  checkedText(givenSchema, text, { name, about: aboutKey });

/** Message for a key that cannot be set remotely: a key of the machine, or an unknown one. */
export const aboutKey = (key: string): string =>
  isKeyOfFile(key)
    ? 'belongs to the machine: it is set in the file that the box is started with'
    : 'there is no such key';

function withoutRouting(saved: SavedLayout): Layout {
  const { routing: _, ...layout } = saved;
  return layout;
}

const streamInDocument = (stream: StreamWanted): StreamInDocument => ({
  ...stream,
  multicast: stream.multicast ?? null,
});

const streamWanted = ({ multicast, ...stream }: StreamInDocument): StreamWanted =>
  multicast ? { ...stream, multicast } : stream;

/** Converts each stream by a function. Settings of an older box have fewer streams. */
const eachStream = <From, To>(streams: Record<StreamName, From>, say: (stream: From) => To): Record<StreamName, To> =>
  Object.fromEntries(Object.entries(streams).map(([name, one]) => [name, say(one)])) as Record<StreamName, To>;

/** Document of the wanted state, without the recording. */
export function documentOf(wanted: Settings & { recording?: unknown }, factoryLayouts: readonly Layout[]): BoxDocument {
  const { hall, inputs, routing, layout, layoutNumber, noSignal, audio, streams, recording: _, ...others } = wanted;
  const preset = withoutRouting(layoutOf(wanted.layouts, factoryLayouts, layoutNumber));
  const shown = withoutRouting(layout);
  const { A, B } = audio.channels;
  const channels = { A: { ...A, mono: A.mono ?? false }, B: { ...B, mono: B.mono ?? false } };
  return {
    hall,
    device: {
      inputs,
      routing,
      layout: layoutNumber,
      shown: isDeepStrictEqual(shown, preset) ? null : shown,
      noSignalHoldMs: noSignal.holdMs,
      audio: { ...audio, channels },
      streams: eachStream(streams, streamInDocument),
      ...others,
    },
  };
}

/** Wanted settings of a document. */
export function settingsOf({ hall, device }: BoxDocument, factoryLayouts: readonly Layout[]): Settings {
  const { layout, shown, noSignalHoldMs, streams, ...same } = device;
  return {
    hall,
    ...same,
    layoutNumber: layout,
    layout: shown ?? withoutRouting(layoutOf(same.layouts, factoryLayouts, layout)),
    noSignal: { holdMs: noSignalHoldMs },
    streams: eachStream(streams, streamWanted),
  };
}

/** Keys that are replaced as a whole, so that missing entries are removed; lists always are. */
const WHOLE =
  /^scheduler$|^device\.(inputs\.\d\.source|shown|layouts|pushes|streams\.[\w-]+\.multicast|sis\.(kept|ports)|sis\.presets\.\w+)$/;

/** Document with the given parts replaced; all others stay. A given layout is shown as it was saved. */
export function mergeDocuments(current: BoxDocument, { hall, device, scheduler }: GivenDocument): BoxDocument {
  const shown = device?.layout !== undefined && device.shown === undefined ? { shown: null } : {};
  const given = {
    ...(hall === undefined ? {} : { hall }),
    ...(device ? { device: { ...device, ...shown } } : {}),
    ...(scheduler === undefined ? {} : { scheduler }),
  };
  return merged(current, given, '') as BoxDocument;
}

function merged(before: unknown, given: unknown, path: string): unknown {
  if (given === undefined) return before;
  if (!isRecord(before) || !isRecord(given) || WHOLE.test(path)) return given;
  const entries = Object.entries(given).map(([key, value]) => [
    key,
    merged(before[key], value, path ? `${path}.${key}` : key),
  ]);
  return { ...before, ...(Object.fromEntries(entries) as object) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
