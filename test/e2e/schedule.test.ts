// Runs beside quiet ones: it counts the frames of a lecture.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { pathOf, type Recorded } from '../support/box-api.ts';
import { startBox, type Box } from '../support/box.ts';
import { lecture, startOpencast, type OpencastStandIn } from '../support/opencast/server.ts';
import { until } from '../support/until.ts';

/** A whole box as a capture agent, against a server that is as strict as the real one. */

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-e2e-schedule-'));
  await writeFile(join(folder, 'password'), 'secret\n', { mode: 0o600 });
});
after(() => rm(folder, { recursive: true, force: true }));

const boxFor = (server: OpencastStandIn, opencast: object = {}): Promise<Box> =>
  startBox({
    device: {
      inputs: {
        1: { source: { driver: 'test', pattern: 'bars' } },
        3: { source: { driver: 'test', pattern: 'motion' } },
      },
    },
    config: {
      hall: 'Amphi_D',
      schedule: {
        opencast: {
          url: server.url,
          user: 'capture',
          passwordFile: join(folder, 'password'),
          pollSeconds: 2,
          stateSeconds: 2,
          ...opencast,
        },
        handOver: { firstRetrySeconds: 1, mostRetrySeconds: 2 },
      },
    },
  });

const inSeconds = (seconds: number): number => Math.ceil(Date.now() / 1000) * 1000 + seconds * 1000;
const recordingOf = async (
  box: Box,
): Promise<Recorded & { deliveredAtMs?: number; startedAtMs: number; metadata: { title: string } }> => {
  const { recordings } = await box.get<{ recordings: { id: string }[] }>('/recordings');
  return box.get(`/recordings/${recordings[0]?.id ?? 'none'}`);
};
const isDelivered = (box: Box) => async (): Promise<boolean> =>
  (await recordingOf(box).catch(() => undefined))?.deliveredAtMs !== undefined;

async function framesOf(file: string): Promise<{ frames: number; tags: Record<string, string> }> {
  const argv = [
    '-v',
    'error',
    '-count_packets',
    '-select_streams',
    'v',
    '-show_entries',
    'stream=nb_read_packets:format_tags',
    '-of',
    'json',
    file,
  ];
  const { stdout } = await promisify(execFile)('ffprobe', argv);
  const { streams, format } = JSON.parse(stdout) as {
    streams: { nb_read_packets: string }[];
    format: { tags: Record<string, string> };
  };
  return { frames: Number(streams[0]?.nb_read_packets), tags: format.tags };
}

test('a lecture of the calendar is recorded at its second, named, described, and handed over', async () => {
  await using server = await startOpencast({ accepts: 'digest' });
  const box = await boxFor(server, { auth: 'digest' });
  try {
    const startsAtMs = inSeconds(12);
    server.events = [lecture('68b19d11-6aca-413e-b2b3-eda72eebc65a', startsAtMs, startsAtMs + 4000)];
    await until('it is handed over', isDelivered(box));
    const recording = await recordingOf(box);
    assert.deepEqual(
      [recording.startedAtMs, recording.metadata.title, recording.parts.length],
      [startsAtMs, 'Informations générales', 1],
    );
    const local = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Paris',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    const [date = '', time = ''] = local.format(startsAtMs).replaceAll(/[-:]/g, '').split(' ');
    assert.equal(recording.parts[0]?.name, `PAES_2016_S2_Informations_g_n_ral_${date}_${time}_S1R1.mp4`);
    const { frames, tags } = await framesOf(pathOf(recording.parts[0]));
    assert.ok(Math.abs(frames - 60) <= 1, `${frames} frames`);
    assert.deepEqual([tags['title'], tags['artist']], ['Informations générales', 'M. Dupont']);
    const [track] = server.ingested[0]?.mediaPackage.tracks ?? [];
    assert.deepEqual(server.files.get(track?.id ?? '')?.bytes, await readFile(pathOf(recording.parts[0])));
    await until(
      'the server knows all of it',
      () => server.recordings.get('68b19d11-6aca-413e-b2b3-eda72eebc65a')?.at(-1) === 'upload_finished',
    );
    const { states, configuration } = server.agents.get('Amphi_D') ?? assert.fail();
    await until('it is idle again', () => server.agents.get('Amphi_D')?.states.at(-1) === 'idle');
    assert.deepEqual(states.filter((state) => state === 'capturing').length, 1);
    assert.deepEqual(
      [configuration['capture.device.names'], configuration['capture.device.timezone']],
      ['Channel A,Channel B', 'Europe/Paris'],
    );
    await box.stop();
    assert.equal(server.agents.get('Amphi_D')?.states.at(-1), 'offline');
  } finally {
    await box.remove();
  }
});

test('killed in the midst of a lecture, with the server away: it goes on, and all of it is handed over', async () => {
  await using server = await startOpencast();
  const box = await boxFor(server);
  let again: Box | undefined;
  try {
    const startsAtMs = inSeconds(3);
    server.events = [lecture('lecture-1', startsAtMs, startsAtMs + 22_000)];
    await until('it is recorded', async () => (await recordingOf(box).catch(() => undefined))?.status === 'recording');
    await until('some of it', () => Date.now() > startsAtMs + 4000);
    await box.kill9();
    await server.stop();
    again = await startBox({ folder: box.folder });
    const second = again;
    await until('it is over', () => Date.now() > startsAtMs + 22_000);
    await until('it is finished', async () => ['finished', 'partial'].includes((await recordingOf(second)).status));
    const { parts } = await recordingOf(second);
    assert.deepEqual(
      parts.map(({ number, name }) => [number, /_S1R(\d)\.mp4$/.exec(name)?.[1]]),
      [
        [1, '1'],
        [2, '2'],
      ],
    );
    await until('it says why it waits', async () =>
      JSON.stringify(await second.get('/schedule')).includes('nobody listens there'),
    );
    await server.start();
    await until('it is handed over', isDelivered(second));
    const [{ mediaPackage, fields } = assert.fail()] = server.ingested;
    assert.deepEqual(
      mediaPackage.tracks.map(({ flavor }) => flavor),
      ['presenter/source', 'presenter/source-1'],
    );
    assert.equal(fields['2Files'], 'true');
  } finally {
    await again?.remove();
    await box.remove();
  }
});
