// Runs alone: it counts the frames of a lecture.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { pathOf } from '../support/box-api.ts';
import { lecture, startOpencast } from '../support/opencast/server.ts';
import { inTime, type InTime } from '../support/pace.ts';
import { until } from '../support/until.ts';
import { inSeconds, isDelivered, openAgentDesk, recordingOf, type AgentDesk } from './agent-desk.ts';

/** A whole box as a capture agent, against a server that is as strict as the real one. */

/** Of a small picture as many frames are made as of a large one. */
const encoders = { archive: { widthPx: 640, heightPx: 360 }, confidence: { enabled: false } };

let desk: AgentDesk;
before(async () => void (desk = await openAgentDesk()));
after(() => desk?.remove());

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

test('a lecture of the calendar is recorded at its second, named, described, and handed over', (t) =>
  inTime(t, recordLecture));

async function recordLecture(judge: InTime): Promise<void> {
  await using server = await startOpencast({ accepts: 'digest' });
  const box = await desk.boxFor(server, { auth: 'digest' }, { encoders });
  try {
    const startsAtMs = inSeconds(9);
    server.events = [lecture('68b19d11-6aca-413e-b2b3-eda72eebc65a', startsAtMs, startsAtMs + 4000)];
    await until('it is handed over', isDelivered(box));
    const recording = await recordingOf(box);
    const leftOut = await box.leftOut();
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
    assert.ok(frames <= 61 && frames >= 59 - leftOut, `${frames} frames, ${leftOut} were left out`);
    judge('frames were left out, as the box says', ((59 - frames) * 1000) / 15, 0);
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
    await until('it is offline', () => server.agents.get('Amphi_D')?.states.at(-1) === 'offline');
  } finally {
    await box.remove();
  }
}
