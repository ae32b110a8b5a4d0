// May take 30 minutes: it starts a box and a server that works, on a machine that may be busy.
/** A whole box and a whole server: the words on slides are read while the lecture goes on. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { makeDeck } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { countedTesseract } from '#test/central/workflows/texts/counted-tesseract.ts';
import type { Recorded } from '#test/support/box-api.ts';
import { startBox, type Box } from '#test/support/box.ts';
import { parseMpeg7 } from '#lib/opencast/mpeg7.ts';
import { startCentralProcess, type CentralProcess } from '#test/support/central.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { until } from '#test/support/until.ts';

const size = { widthPx: 640, heightPx: 360 };
const DECK = makeDeck({
  name: 'e2e',
  seed: 17,
  look: 'light',
  bodies: ['points'],
  count: 6,
  lastsMs: [12_000, 14_000],
});

/** What is read, and nothing else: encoding would hold up a test. */
const WORDS = `
id: words
operations:
  - id: segment-video
    configurations:
      - source-flavor: presenter/source
  - id: extract-text
    configurations:
      - source-flavor: presenter/source
`;

let central: CentralProcess;
let box: Box;
let folder = '';
let pictures: () => Promise<number>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-texts-'));
  const { ffmpeg } = await findFfmpeg();
  const path = await madeOnce('texts-deck-17-1.mp4', (to) =>
    writeDeck(DECK, to, { ffmpeg, size, fps: 5, bitrateKbps: 750, groupPictures: 10 }),
  );
  const tesseract = await countedTesseract(folder, 'tesseract');
  pictures = () => tesseract.count();
  const PATH = [folder, process.env['PATH']].join(delimiter);
  const workflows = join(folder, 'workflows');
  await mkdir(workflows);
  await writeFile(join(workflows, 'words.yaml'), WORDS);
  central = await startCentralProcess({
    argv: ['--min-free', '0', '--workflows', workflows, '--workflow', 'words'],
    env: { PATH, AMPHI_CENTRAL_ROLES: 'web,worker' },
  });
  await writeFile(join(folder, 'password'), `${central.passwords.agent}\n`, { mode: 0o600 });
  box = await startBox({
    device: {
      inputs: {
        1: { source: { driver: 'file', path }, aspect: 'fill' },
        3: { source: { driver: 'test', pattern: 'black' }, aspect: 'fill' },
      },
      encoders: {
        archive: { ...size, fps: 10, gopFrames: 20, videoKbps: 1500 },
        confidence: { enabled: false },
      },
      layout: 1,
      overlays: {},
      noSignalHoldMs: 600_000,
    },
    config: {
      hall: 'Amphi_D',
      schedule: {
        opencast: {
          url: central.url,
          user: 'agent',
          passwordFile: join(folder, 'password'),
          auth: 'digest',
          pollSeconds: 2,
          stateSeconds: 2,
        },
        handOver: { firstRetrySeconds: 1, mostRetrySeconds: 2 },
      },
    },
  });
  await Promise.all([box.input(1, 'live'), box.input(3, 'live')]);
});
after(async () => {
  await box?.remove();
  await central?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Plans a lecture of the hall that begins at once, and waits until it is recorded. */
async function begin(id: string): Promise<Recorded> {
  const now = Date.now();
  const mediaPackage = `<oc:mediapackage xmlns:oc="http://mediapackage.opencastproject.org" id="${id}"><oc:title>Le cœur</oc:title></oc:mediapackage>`;
  const times = { start: String(now + 3000), end: String(now + 3 * 3600_000) };
  const body = new URLSearchParams({ agent: 'Amphi_D', mediaPackage, ...times });
  const answer = await fetch(`${central.url}/recordings/`, { method: 'POST', headers: central.as('admin'), body });
  assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
  await until('it is recorded', async () => (await recordingOf(id))?.status === 'recording');
  return (await recordingOf(id))!;
}

type Booked = Recorded & { bookingId?: string };

/** Removes an event, whose time another one may have then. */
async function remove(id: string): Promise<void> {
  const answer = await fetch(`${central.url}/api/events/${id}`, { method: 'DELETE', headers: central.as('admin') });
  assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
}

/** The recording of an event. */
async function recordingOf(event: string): Promise<Booked | undefined> {
  const { recordings } = await box.get<{ recordings: Booked[] }>('/recordings');
  const found = recordings.find(({ bookingId }) => bookingId?.includes(event));
  return found && box.get(`/recordings/${found.id}`);
}

const media = (): string => join(central.data, 'media');
const catalogs = async (): Promise<string[]> =>
  (await readdir(media(), { recursive: true })).filter((path) => path.endsWith('text.xml'));

test('the words on slides are read while the lecture goes on; at its end a few are left', async () => {
  const recording = await begin('lecture-1');
  await until('some slides are read', async () => (await pictures()) >= 4);
  const [atEnd, endMs] = [await pictures(), performance.now()];
  await box.stopRecording(recording.id);
  await until('the words are there', async () => (await catalogs()).length > 0);
  const seconds = ((performance.now() - endMs) / 1000).toFixed(1);
  const afterwards = (await pictures()) - atEnd;
  const { segments } = parseMpeg7(await readFile(join(media(), (await catalogs())[0]!), 'utf8'));
  console.log(`${segments.length} slides: ${atEnd} pictures before the end, ${afterwards} after it, in ${seconds} s`);
  // Those of the last half minute, and the last one.
  assert.ok(afterwards <= segments.length - 2, `${afterwards} of ${segments.length}`);
  const words = segments.flatMap(({ texts }) => texts.map(({ text }) => text)).join(' ');
  assert.ok(DECK.shown.filter(({ title }) => words.includes(title)).length >= 3, words);
  await remove('lecture-1');
});

test('a box that is killed tells the slides of what it records then', async () => {
  await begin('lecture-2');
  await until('some of it is recorded', async () => ((await recordingOf('lecture-2'))?.parts[0]?.bytes ?? 0) > 50_000);
  await box.kill9();
  box = await startBox({ folder: box.folder });
  await until('it goes on', async () => (await recordingOf('lecture-2'))?.parts.length === 2);
  const before = await pictures();
  await until('slides of the second part are read', async () => (await pictures()) > before + 1);
});
