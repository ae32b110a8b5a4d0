import { Command, InvalidArgumentError, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { noFileWords } from '#lib/runtime/troubles/no-file.ts';
import { openLog } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { COMMAND_HELP, parseCommand } from './command.ts';
import { startControl } from './control.ts';
import { CODECS, type Codec, type SourceFormat } from './encode.ts';
import { startHall, type Hall, type HallOptions } from './hall.ts';
import { parseScenario, playScenario } from './scenario.ts';
import { startSinfulCamera } from './sins/sinful-camera.ts';
import { addSin, SIN_HELP, type Sins } from './sins/sins.ts';
import { verdict } from './verdict.ts';
import { Expectations } from './verdict/expect.ts';
import type { KnownLayout } from './verdict/layouts.ts';
import { summaryOf } from './verdict/summary.ts';

/** The command `sim` with its parts `hall`, `camera` and `verdict`. */
export function simCommand(): Command {
  return new Command('sim')
    .description('simulate halls and cameras, and judge what was recorded')
    .addCommand(hallCommand())
    .addCommand(cameraCommand())
    .addCommand(verdictCommand());
}

interface HallFlags {
  listen: Address;
  control: Address;
  scenario?: string;
  name?: string;
  slides?: Partial<SourceFormat>;
  camera?: Partial<SourceFormat>;
  credentials?: { user: string; password: string };
  slideSeconds: number;
  seconds?: number;
}

function hallCommand(): Command {
  return new Command('hall')
    .description(
      'run the slides and the camera of a hall, with faults on command (lines on stdin, HTTP, or a scenario)',
    )
    .addOption(addressOption('--listen', 'address of the slides; the camera has the next port', 8554))
    .addOption(addressOption('--control', 'HTTP port that takes commands', 0))
    .option('--scenario <file>', 'JSON list of what happens when')
    .option('--name <text>', 'name on the slides')
    .option('--slides <format>', 'as 1920x1080@25/hevc, or a part of it', formatOf)
    .option('--camera <format>', 'the same for the camera', formatOf)
    .option('--credentials <user:password>', 'players have to prove these', credentialsOf)
    .option('--slide-seconds <n>', 'how long a slide stands', numberOf, 8)
    .option('--seconds <n>', 'end after so long', numberOf)
    .addHelpText('after', `\n${COMMAND_HELP}`)
    .action(runHall);
}

async function runHall(flags: HallFlags): Promise<void> {
  const scope = openScope();
  const log = openLog();
  const scenario = flags.scenario ? parseScenario(await textIn(flags.scenario)) : [];
  const ended = endAsked(flags.seconds);
  try {
    const hall = await startHall({ ...optionsOf(flags), log, ffmpeg: (await findFfmpeg()).ffmpeg });
    scope.defer(() => hall.close());
    const control = await startControl(hall, flags.control);
    scope.defer(() => control.close());
    scope.defer(playScenario(scenario, hall, log));
    say(`slides ${hall.urls.slides}\ncamera ${hall.urls.camera}\ncontrol ${control.url}\nready`);
    scope.defer(obeyLines(hall));
    await ended;
  } finally {
    await scope.close();
  }
}

function optionsOf(flags: HallFlags): Omit<HallOptions, 'log'> {
  return {
    ...flags.listen,
    sources: { slides: flags.slides ?? {}, camera: flags.camera ?? {} },
    ...(flags.credentials ? { credentials: flags.credentials } : {}),
    ...(flags.name ? { name: flags.name } : {}),
    slideMs: flags.slideSeconds * 1000,
  };
}

/** Resolves on SIGINT, SIGTERM, or after the given time. */
function endAsked(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (seconds !== undefined) setTimeout(resolve, seconds * 1000);
  });
}

function obeyLines(hall: Hall): () => void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    if (line.trim() === 'status') say(JSON.stringify(hall.status()));
    else
      obey(hall, line).then(
        () => say(`ok ${line.trim()}`),
        (error: unknown) => say(`error ${(error as Error).message}\n${COMMAND_HELP}`),
      );
  });
  return () => {
    lines.close();
    process.stdin.pause();
  };
}

async function obey(hall: Hall, line: string): Promise<void> {
  await hall.run(parseCommand(line));
}

interface CameraFlags {
  listen: Address;
  sin: Sins;
  after: number;
  format?: Partial<SourceFormat>;
  seconds?: number;
}

function cameraCommand(): Command {
  return new Command('camera')
    .description(
      'run one camera that does wrong what cameras of the field did; `status` on stdin counts its connections',
    )
    .addOption(addressOption('--listen', 'address of the camera', 8556))
    .option('--sin <name>', 'what it does wrong; may be given more than once', addSin, {})
    .option('--after <seconds>', 'when its clocks go wrong, after PLAY', numberOf, 5)
    .option('--format <format>', 'as 640x360@15/h264, or a part of it', formatOf)
    .option('--seconds <n>', 'end after so long', numberOf)
    .addHelpText('after', `\n${SIN_HELP}`)
    .action(runCamera);
}

async function runCamera({ listen, sin, after, format = {}, seconds }: CameraFlags): Promise<void> {
  const ended = endAsked(seconds);
  const { ffmpeg } = await findFfmpeg();
  const camera = await startSinfulCamera({ ...listen, sins: sin, afterSeconds: after, format, ffmpeg, log: openLog() });
  say(`camera ${camera.url}\nready`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void (line.trim() === 'status' && say(JSON.stringify(camera.counts()))));
  await ended;
  lines.close();
  process.stdin.pause();
  await camera.close();
}

interface VerdictFlags {
  json?: boolean;
  layouts?: string;
  expect?: string;
  titleRect?: [number, number, number, number];
  titles: boolean;
}

function verdictCommand(): Command {
  return new Command('verdict')
    .description('say what is in a recording; ends with 1 if it is not as expected')
    .argument('<file>', 'MP4, MPEG-TS or Matroska')
    .option('--json', 'all of it as JSON')
    .option('--layouts <file>', 'layouts as JSON, as GET /api/v1/layouts gives them')
    .option('--expect <json>', 'what it has to be: JSON, or a file with it')
    .option('--title-rect <x,y,w,h>', 'where the title stands, in parts of the picture', rectOf)
    .option('--no-titles', 'do not read titles')
    .action(runVerdict);
}

async function runVerdict(file: string, flags: VerdictFlags): Promise<void> {
  const { ffmpeg, ffprobe } = await findFfmpeg();
  const [x, y, width, height] = flags.titleRect ?? [];
  const result = await verdict(file, {
    ffmpeg,
    ffprobe,
    readTitles: flags.titles,
    ...(flags.layouts ? { layouts: layoutsOf(await textIn(flags.layouts)) } : {}),
    ...(flags.expect ? { expect: await expectationsOf(flags.expect) } : {}),
    ...(flags.titleRect ? { titleRect: { x, y, width, height } as KnownLayout['windows'][number]['rect'] } : {}),
  });
  say(flags.json ? JSON.stringify(result, undefined, 2) : summaryOf(result));
  if (!result.ok) process.exitCode = 1;
}

const part = z.number();
const Rectangle = z.object({ x: part, y: part, width: part, height: part });
const Layouts = z.array(
  z.object({
    name: z.string(),
    windows: z.array(z.object({ channel: z.enum(['A', 'B']), rect: Rectangle })),
    overlays: z
      .array(z.object({ kind: z.string(), name: z.string(), rect: Rectangle, template: z.string().optional() }))
      .default([]),
  }),
);

/**
 * Reads layouts from JSON text: a list, or an object with the list under `layouts`. Throws an error that says what is
 * wrong.
 */
export function layoutsOf(text: string): KnownLayout[] {
  const json: unknown = JSON.parse(text);
  const list = Array.isArray(json) ? json : (json as { layouts?: unknown }).layouts;
  const parsed = Layouts.safeParse(list);
  if (!parsed.success) throw new Error(`the layouts are wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function expectationsOf(text: string): Promise<Expectations> {
  const json = text.trimStart().startsWith('{') ? text : await textIn(text);
  const parsed = Expectations.safeParse(JSON.parse(json));
  if (!parsed.success) throw new Error(`the expectations are wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

interface Address {
  host: string;
  port: number;
}

function addressOption(name: string, what: string, port: number): Option {
  const host = '127.0.0.1';
  return new Option(`${name} <host:port>`, what).argParser(addressOf).default({ host, port }, `${host}:${port}`);
}

function addressOf(text: string): Address {
  const match = /^(?:\[([\da-f:]+)\]|([^:\s]*)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new InvalidArgumentError('HOST:PORT is needed, as 127.0.0.1:8554.');
  return { host: match[1] ?? match[2] ?? '', port };
}

/** Reads `1280x720@15/h264` or parts of it. */
function formatOf(text: string): Partial<SourceFormat> {
  const match = /^(?:(\d+)x(\d+))?(?:@([\d.]+))?(?:\/?([a-z]\w*))?$/.exec(text);
  const codec = CODECS.find((name) => name === match?.[4]);
  const [widthPx, heightPx] = [Number(match?.[1] ?? 1280), Number(match?.[2] ?? 720)];
  if (!match || text === '' || (match[4] && !codec) || widthPx % 2 || heightPx % 2)
    throw new InvalidArgumentError(`WxH@RATE/CODEC is needed; even sizes, codecs: ${CODECS.join(', ')}.`);
  return {
    size: { widthPx, heightPx },
    ...(match[3] ? { frameRate: Number(match[3]) } : {}),
    ...(codec ? { codec: codec satisfies Codec } : {}),
  };
}

function credentialsOf(text: string): { user: string; password: string } {
  const at = text.indexOf(':');
  if (at < 1) throw new InvalidArgumentError('USER:PASSWORD is needed.');
  return { user: text.slice(0, at), password: text.slice(at + 1) };
}

function numberOf(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is needed.');
  return value;
}

function rectOf(text: string): number[] {
  const parts = text.split(',').map(Number);
  if (parts.length !== 4 || !parts.every((value) => value >= 0 && value <= 1))
    throw new InvalidArgumentError('four numbers from 0 to 1 are needed: x,y,width,height.');
  return parts;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The text of a file that was named on the command line. Rejects with a message for the person who typed it. */
const textIn = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`${path}: ${noFileWords(error)}`, { cause: error });
  });
