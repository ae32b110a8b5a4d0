import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Recorded } from './checks.ts';
import type { DemoContext } from './demo-context.ts';
import type { Played } from './lecture.ts';
import { until } from './plan.ts';
import { METADATA } from './lecture-scenario.ts';
import { meterOf } from './terminal.ts';

/** Milliseconds until a wait fails: a busy machine hands over slowly. */
const PATIENCE_MS = 600_000;

interface HandOver {
  recording: string;
  step: string;
  error?: string;
  waitsFor?: string;
  sentBytes?: number;
  totalBytes?: number;
}

/** Waits until the server has confirmed the recording; gives its file there, and the differences from the box. */
export async function handOver(
  { take, planned }: Played,
  recorded: Recorded,
  { box, central, terminal, signal }: DemoContext,
): Promise<{ path: string; wrong: string[] }> {
  const isDone = async (): Promise<boolean> => {
    const { handOvers } = await box.get<{ handOvers: HandOver[] }>('/schedule');
    const mine = handOvers.find(({ recording }) => recording === take);
    if (mine) terminal.show(lineOf(mine));
    return mine?.step === 'done';
  };
  await until('the server takes the recording', signal, isDone, PATIENCE_MS);
  const tracksOf = async () => central.get<{ uri: string }[]>(`/api/events/${planned.event}/media`);
  await until('the event has its track', signal, async () => (await tracksOf()).length > 0, PATIENCE_MS);
  terminal.show();
  terminal.say('handed over: the server has it, and the box may delete its own when the disk is full');
  const [part] = recorded.parts;
  const path = await findBelow(central.media, part?.name ?? '');
  if (!path) {
    const names = (await tracksOf()).map(({ uri }) => basename(uri)).join(', ');
    throw new Error(`the store of the server has no ${part?.name}; its tracks: ${names}`);
  }
  const [there, here] = [await sha256Of(path), await sha256Of(join(part?.folder ?? '', part?.name ?? ''))];
  return { path, wrong: there === here ? [] : ['the file of the server is another one than that of the box'] };
}

const lineOf = ({ step, error, waitsFor, sentBytes, totalBytes }: HandOver): string =>
  sentBytes !== undefined && totalBytes
    ? `handing over  ${meterOf(sentBytes / totalBytes)} ${(sentBytes / 1e6).toFixed(1)} MB`
    : `handing over  ${step}${error ? `: ${error}` : ''}${waitsFor ? ` (${waitsFor})` : ''}`;

async function findBelow(folder: string, name: string): Promise<string | undefined> {
  const all = await readdir(folder, { recursive: true });
  const found = all.find((path) => basename(path) === name);
  return found && join(folder, found);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Differences between the server's Dublin Core and the planned lecture, in words; empty if there are none. */
export async function wrongCatalog({ planned }: Played, { central }: DemoContext): Promise<string[]> {
  const xml = await central.text(`/recordings/${planned.event}/dublincore.xml`);
  const valueOf = (term: string): string =>
    (new RegExp(`<dcterms:${term}[^>]*>([^<]*)</dcterms:${term}>`).exec(xml)?.[1] ?? '').trim();
  const series = await central.get<{ title: string }>(`/api/series/${valueOf('isPartOf')}`);
  const [, start = '', end = ''] = /start=([^;]+);\s*end=([^;]+);/.exec(valueOf('temporal')) ?? [];
  const told = { title: valueOf('title'), presenter: valueOf('creator'), series: series.title };
  return [
    ...(['title', 'presenter', 'series'] as const)
      .filter((key) => told[key] !== METADATA[key])
      .map((key) => `Dublin Core says “${told[key]}” as ${key}, not “${METADATA[key]}”`),
    ...(Date.parse(start) === planned.startsAtMs ? [] : [`Dublin Core says that it began at ${start}`]),
    ...(Date.parse(end) === planned.endsAtMs ? [] : [`Dublin Core says that it ended at ${end}`]),
  ];
}
