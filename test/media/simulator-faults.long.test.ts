// Runs alone: it measures delay and drift in real time.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { startChild } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { parseCommand, type SourceName } from '#simulator/command.ts';
import { startHall, type Hall } from '#simulator/hall.ts';
import { readFrame } from '#simulator/verdict/frames.ts';
import { verdict } from '#simulator/verdict.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { run } from '#test/simulator/recorded.ts';

const SIZE = { widthPx: 640, heightPx: 360 };

let hall: Hall;
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  hall = await startHall({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    sources: { slides: { size: SIZE }, camera: { size: SIZE } },
  });
});
after(async () => {
  await hall.close();
  await rm(folder, { recursive: true });
});

const command = (line: string): Promise<void> => hall.run(parseCommand(line));

/** What FFprobe says of a source's streams, as `h264 640x360 15/1`, `aac`. */
async function probe(name: SourceName): Promise<{ ok: boolean; streams: string[]; words: string }> {
  const show = [
    '-show_entries',
    'stream=codec_name,width,height,r_frame_rate',
    '-of',
    'json',
    '-timeout',
    '2500000',
    '-analyzeduration',
    '500000',
  ];
  const { ok, out, words } = await run(
    'ffprobe',
    ['-v', 'error', '-rtsp_transport', 'tcp', ...show, hall.urls[name]],
    6000,
  );
  const { streams = [] } = (ok ? JSON.parse(out.toString()) : {}) as { streams?: Record<string, string>[] };
  return {
    ok,
    words,
    streams: streams.map((one) =>
      one['width']
        ? `${one['codec_name']} ${one['width']}x${one['height']} ${one['r_frame_rate']}`
        : `${one['codec_name']}`,
    ),
  };
}

/** A new encoder takes a moment to be there: asks again until the source can be played. */
async function probeWhenBack(name: SourceName): Promise<string[]> {
  let seen: Awaited<ReturnType<typeof probe>> | undefined;
  await until(`${name} can be played`, async () => (seen = await probe(name)).ok && seen.streams.length > 0, {
    seen: () => seen?.words ?? '',
  });
  return seen!.streams;
}

/** Plays a source and hands over the clock of each picture when it comes. */
function watch(name: SourceName) {
  const input = [
    '-fflags',
    'nobuffer',
    '-probesize',
    '100000',
    '-analyzeduration',
    '200000',
    '-rtsp_transport',
    'tcp',
    '-i',
    hall.urls[name],
  ];
  const raw = ['-map', '0:v', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const child = startChild({ command: 'ffmpeg', argv: ['-v', 'error', ...input, ...raw], takes: [1] });
  const seen: { clockMs: number; atMs: number }[] = [];
  const bytes = SIZE.widthPx * SIZE.heightPx;
  let rest = Buffer.alloc(0);
  child.take(1).on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= bytes; rest = rest.subarray(bytes)) {
      const [code] = readFrame(rest.subarray(0, bytes), SIZE).codes;
      if (code) seen.push({ clockMs: code.ms, atMs: Date.now() });
    }
  });
  const come = (holds: () => boolean): Promise<void> =>
    until('pictures come', holds, { seen: () => child.stderrTail() });
  return {
    seen,
    words: () => child.stderrTail(),
    died: child.died,
    /** Waits for so many more pictures. */
    more: (count: number) => {
      const wanted = seen.length + count;
      return come(() => seen.length >= wanted);
    },
    /** How many pictures come in this time. */
    async during(ms: number) {
      const before = seen.length;
      await sleep(ms);
      return seen.length - before;
    },
    /** How old the newest picture was when it came. */
    age: () => seen.at(-1)!.atMs - seen.at(-1)!.clockMs,
    close: () => child.stop(500, 'SIGKILL'),
  };
}

test('kill: connections break, the port refuses; and back', async () => {
  const player = watch('camera');
  await player.more(5);
  await command('camera kill');
  await player.died;
  const refused = await probe('camera');
  assert.equal(refused.ok, false);
  assert.match(refused.words, /Connection refused/);
  assert.ok((await probeWhenBack('slides')).length > 0);
  await command('camera back');
  assert.deepEqual(await probeWhenBack('camera'), ['h264 640x360 15/1', 'aac']);
});

test('resolution, rate, codec and sound track change and come back', async () => {
  await Promise.all([command('camera resolution 320x180'), command('slides codec hevc')]);
  await Promise.all([command('camera rate 25'), command('slides no-audio')]);
  assert.deepEqual(await probeWhenBack('camera'), ['h264 320x180 25/1', 'aac']);
  assert.deepEqual(await probeWhenBack('slides'), ['hevc 640x360 15/1']);
  await command('all back');
  for (const name of ['camera', 'slides'] as const)
    assert.deepEqual(await probeWhenBack(name), ['h264 640x360 15/1', 'aac']);
});

test('stall, cut and vanish: the picture stands, the connection does not break', async () => {
  for (const fault of ['stall', 'cut']) {
    const player = watch('camera');
    await player.more(5);
    await command(`camera ${fault}`);
    await sleep(400);
    assert.equal(await player.during(800), 0, fault);
    await command('camera back');
    await player.more(10);
    await player.close();
  }
  const player = watch('slides');
  await player.more(5);
  await command('slides vanish');
  await sleep(400);
  assert.equal(await player.during(800), 0);
  assert.ok((await probeWhenBack('slides')).length > 0);
  await command('slides back');
  assert.equal(await player.during(500), 0);
  await player.close();
});

test('delay, clock offset and slowness show in the time codes of what comes', (t) =>
  inTime(t, async (judge) => {
    const player = watch('camera');
    await player.more(15);
    const usual = player.age();
    judge('a picture is usually old by', usual, 1000);
    await command('camera delay 700');
    await sleep(1000);
    await player.more(5);
    judge(`${player.age()} ms old after ${usual}, off by`, Math.abs(player.age() - usual - 700), 250);
    await command('camera back');
    await command('camera offset -3600000');
    await sleep(500);
    await player.more(5);
    judge(`${player.age()} ms old after ${usual}, off by`, Math.abs(player.age() - usual - 3_600_000), 250);
    await command('camera back');
    await command('camera slow 5');
    await sleep(500);
    const slow = await player.during(2000);
    assert.ok(slow > 0 && slow <= 8, `${slow} pictures in 2 s`);
    judge(`${slow} pictures came in 2 s, one each`, 2000 / slow, 500);
    await command('camera back');
    await player.close();
  }));

test('drift: the clock runs away from the wall clock', (t) =>
  inTime(t, async (judge) => {
    const player = watch('slides');
    await player.more(10);
    const before = player.age();
    await command('slides drift 50000');
    await sleep(2500);
    await player.more(3);
    const gained = before - player.age();
    judge(`${gained} ms gained, off by`, Math.abs(gained - 210), 140);
    await player.close();
    await command('slides back');
  }));

test('silence is in the sound, loss is in the picture', async () => {
  await Promise.all([command('slides silent'), command('camera loss 30')]);
  // A player that joins is given what came since the last key picture: that must be silent, too.
  await sleep(2500);
  const record = async (name: SourceName) => {
    const file = join(folder, `${name}.ts`);
    await run('ffmpeg', [
      '-v',
      'quiet',
      '-rtsp_transport',
      'tcp',
      '-i',
      hall.urls[name],
      '-t',
      '4',
      '-c',
      'copy',
      file,
    ]);
    return verdict(file, { readTitles: false });
  };
  const [slides, camera] = await Promise.all([record('slides'), record('camera')]);
  await command('all back');
  assert.ok(slides.silence.some(({ fromMs, toMs }) => toMs - fromMs > 3000));
  assert.deepEqual(slides.beeps, []);
  const lossy = camera.sources[0];
  assert.ok(!lossy || lossy.missingMs > 0 || lossy.torn.length + lossy.unreadable.length > 0);
});

test('garbage instead of RTSP and noise instead of pictures are what players complain of', async () => {
  await Promise.all([command('camera garbage'), command('slides noise')]);
  const player = watch('slides');
  const garbage = await probe('camera');
  assert.equal(garbage.ok && garbage.streams.length > 0, false);
  await sleep(1500);
  assert.match(player.words(), /error|invalid|corrupt|decode|missing/i);
  await player.close();
  await command('all back');
  for (const name of ['camera', 'slides'] as const)
    assert.deepEqual(await probeWhenBack(name), ['h264 640x360 15/1', 'aac']);
});
