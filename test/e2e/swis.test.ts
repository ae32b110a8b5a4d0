import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startChild } from '#lib/runtime/processes/child.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { lacks, rawClient, run } from '#test/agent/control/clients.ts';
import { freePort } from '#test/support/free-port.ts';
import { until } from '#test/support/until.ts';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';

const skip = lacks('curl');
let box: Box;
let account = '';
let [http, https] = ['', ''];

before(async () => {
  box = await startBox({
    device: {
      inputs: {
        1: { source: { driver: 'test', pattern: 'bars' } },
        3: { source: { driver: 'test', pattern: 'motion' } },
      },
      encoders: { archive: FEW_PIXELS.archive, confidence: { enabled: true } },
    },
    config: { https: { port: 0 }, telnet: { port: 0 } },
  });
  await until('it says how to get in', () => /^password /m.test(box.log()));
  const secure = /^https +https:\/\/[^:]+:(\d+)\//m.exec(box.log())?.[1];
  [http, https] = [`http://127.0.0.1:${box.ports.http}`, `https://127.0.0.1:${secure}`];
  account = `admin:${(await readFile(join(box.data, 'first-password'), 'utf8')).trim()}`;
});
after(() => box?.remove());

interface Answer {
  meta: { uri: string; status?: string };
  result?: unknown;
}

/** What curl says, with the account and the certificate that the box made. */
async function curl(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('curl', [
    '-sS',
    '-u',
    account,
    '--cacert',
    join(box.data, 'self-signed.pem'),
    '--max-time',
    '120',
    ...argv,
  ]);
  assert.equal(code, 0, stderr);
  return stdout;
}
const read = async (uri: string, from = http): Promise<unknown> =>
  (JSON.parse(await curl(`${from}/api/swis/resource${uri}`)) as Answer).result;
const write = async (...items: { uri: string; value: unknown }[]): Promise<Answer[]> =>
  JSON.parse(await curl('-X', 'PUT', '-d', JSON.stringify(items), `${http}/api/swis/resources`)) as Answer[];

test('the certificate that the box made is good for its address, and HTTPS says what HTTP says', { skip }, async () => {
  assert.equal(await read('/unit/model/name', https), 'SMP 351');
  assert.equal(await read('/unit/name', https), await read('/unit/name'));
  assert.match(
    await curl('-o', '/dev/null', '-w', '%{http_code}', '-u', 'admin:wrong', `${https}/api/swis/resources`),
    /401$/,
  );
});

test(
  'a recording is started, seen and stopped as Pod does it, and its file is where it is said to be',
  { skip },
  async () => {
    const metadata = { course_id: 12, title: 'Thermodynamique', creator: 'É. Clapeyron' };
    const [place, started] = await write(
      { uri: '/record/1/root_dir_fs', value: 'internal' },
      { uri: '/record/control', value: { recording: 'record', location: 'internal', metadata } },
    );
    assert.deepEqual(
      [place?.result, started?.result],
      ['internal', { recording: 'record', location: 'internal', metadata }],
    );
    await until('a second is recorded', async () => String(await read('/record/elapsed_time')) >= '00:00:01');
    const during = (await read('/record')) as { state: string; filename: string; root_dir_fs: string };
    assert.deepEqual([during.state, during.root_dir_fs], ['recording', 'internal']);
    const [stopped] = await write({ uri: '/record/control', value: 'stop' });
    assert.deepEqual(stopped?.result, 'stop');
    assert.equal(await read('/record/state'), 'stopped');
    const { recordings } = await box.get<{ recordings: { id: string }[] }>('/recordings');
    const made = await box.settled(recordings[0]?.id ?? '');
    assert.equal(made.status, 'finished');
    assert.ok((await stat(join(box.data, 'recordings', during.filename))).size > 1000);
    assert.deepEqual(await read('/schedule/schedule?field=db_id,state'), [{ db_id: 1, state: 10 }]);
  },
);

test('who listens over Telnet hears what is set, and HTTP tells what was set there', { skip }, async () => {
  const telnet = await rawClient(Number(/^control +telnet [^:]+:(\d+)/m.exec(box.log())?.[1]));
  try {
    await telnet.until('Password:');
    telnet.send(`${account.slice('admin:'.length)}\r`);
    await telnet.until('Login Administrator\r\n');
    telnet.send('\u001b1CV\r');
    await telnet.until('Vrb1\r\n');
    assert.equal((await write({ uri: '/video/in/channel/2/active_input', value: 4 }))[0]?.result, 4);
    await telnet.until('In04*02\r\n');
    telnet.send('3*2!');
    await telnet.until('In03*02\r\n');
    assert.equal(await read('/video/in/channel/2/active_input'), 3);
  } finally {
    telnet.socket.destroy();
  }
});

test('the preview plays', { skip }, async () => {
  const { ffprobe } = await findFfmpeg();
  const file = join(box.folder, 'live.mp4');
  const codec = ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', file];
  // Three seconds are little for a busy machine: then it is asked once more.
  await until('the preview plays', async () => {
    await run('curl', ['-sS', '-u', account, '--max-time', '3', '-o', file, `${http}/mp4stream?d=${Date.now()}`]);
    return (await run(ffprobe, codec)).stdout.includes('h264');
  });
});

test('a push is switched on, and its server is told when it has answered', { skip }, async () => {
  const { ffmpeg } = await findFfmpeg();
  const port = await freePort();
  const url = `rtmp://localhost:${port}/live/key`;
  const argv = ['-v', 'error', '-listen', '1', '-i', url, '-f', 'null', '-'];
  const receiver = startChild({ command: ffmpeg, argv });
  try {
    const answers = await write(
      { uri: '/streamer/rtmp/1/pub_url', value: url },
      { uri: '/encoder/1/stream_enable', value: 1 },
      { uri: '/streamer/rtmp/1/pub_control', value: 1 },
    );
    assert.deepEqual(
      answers.map(({ result }) => result),
      [url, 1, 1],
    );
    const first = async () =>
      (await read('/streamer/rtmp/1/session_info/0')) as { resolved_ip: string; resolved_port: number };
    let session = await first();
    await until('it is connected', async () => (session = await first()).resolved_port === port);
    assert.match(session.resolved_ip, /^(127\.0\.0\.1|::1)$/);
    await write({ uri: '/streamer/rtmp/1/pub_control', value: 0 });
    await until('it is not', async () => (await first()).resolved_port === 0);
  } finally {
    await receiver.stop(0);
  }
});
