import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hearSpeech, type Recogniser } from '#lib/analysis/captions/speech-to-text.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';

let folder = '';
let work = '';
let path = '';
let programs: Ffmpeg;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-speech-'));
  work = await mkdtemp(join(folder, 'work '));
  programs = await findFfmpeg();
  path = join(folder, 'beeps.m4a');
  const beeps = "sine=440:d=8:r=44100,volume='between(t,1,2)+between(t,4,6)':eval=frame";
  await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', beeps, '-c:a', 'aac', '-y', path]);
});
after(() => rm(folder, { recursive: true, force: true }));

/** A recogniser that hears beeps: it reads the samples that it is given, and says a word for each beep. */
const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs';
const [wav, output, language, words] = process.argv.slice(2);
const bytes = readFileSync(wav);
if (bytes.readUInt32LE(24) !== 16000 || bytes.readUInt16LE(22) !== 1 || bytes.readUInt16LE(34) !== 16) throw new Error('other sound than told');
const data = bytes.subarray(bytes.indexOf('data') + 8);
const heard = [];
let from;
for (let at = 0; at <= data.length / 2; at += 1600) {
  let loud = false;
  for (let n = at; n < Math.min(at + 1600, data.length / 2); n++) loud ||= Math.abs(data.readInt16LE(n * 2)) > 500;
  if (loud && from === undefined) from = at / 16;
  if (!loud && from !== undefined) { heard.push({ text: readFileSync(words, 'utf8').trim(), fromMs: from, toMs: at / 16 }); from = undefined; }
}
console.error('heard', heard.length, language);
const time = (ms) => new Date(ms).toISOString().slice(11, 23);
writeFileSync(output, output.endsWith('json') ? JSON.stringify({ words: heard })
  : 'WEBVTT\\n' + heard.map((one) => '\\n' + time(one.fromMs) + ' --> ' + time(one.toMs) + '\\n' + one.text + '\\n').join(''));
`;

async function recogniser(name: string, writes: Recogniser['writes'], source = PROGRAM): Promise<Recogniser> {
  const script = join(folder, `${name}.mjs`);
  await writeFile(script, source);
  return { argv: [process.execPath, script, '{wav}', '{output}', '{language}', '{words}'], writes };
}

test('a recogniser hears the sound as it should be, and its words become captions', async () => {
  for (const writes of ['json', 'vtt'] as const) {
    const lines: string[] = [];
    const asked = { folder: work, language: 'fr', words: ['piep'], onLine: (line: string) => void lines.push(line) };
    const cues = await hearSpeech(programs, await recogniser('beeps', writes), path, asked);
    assert.deepEqual(
      cues.map(({ text }) => text),
      ['piep', 'piep'],
    );
    for (const [at, due] of [
      [0, 1000],
      [1, 4000],
    ] as const)
      assert.ok(Math.abs((cues[at]?.fromMs ?? 0) - due) < 250, JSON.stringify(cues));
    assert.deepEqual(lines, ['heard 2 fr']);
    assert.deepEqual(await readdir(work), []);
  }
});

test('a recogniser that fails, writes nothing or something else is told in words', async () => {
  const run = async (source: string): Promise<unknown> =>
    hearSpeech(programs, await recogniser('odd', 'json', source), path, { folder: work });
  await assert.rejects(run('console.error("no model"); process.exit(3)'), /failed: no model/);
  await assert.rejects(run(''), /wrote no file/);
  await assert.rejects(
    run('(await import("node:fs")).writeFileSync(process.argv[3], "{}")'),
    /other JSON than .*"words"/,
  );
  await assert.rejects(hearSpeech(programs, { argv: [], writes: 'vtt' }, path, { folder: work }), /no program/);
  assert.deepEqual(await readdir(work), []);
});

test('a recogniser ends when nobody waits for it any more', async () => {
  const stop = new AbortController();
  const source = 'console.error("here"); setInterval(() => undefined, 1000);';
  const onLine = (): void => stop.abort(new Error('stopped by a person'));
  const heard = hearSpeech(programs, await recogniser('endless', 'vtt', source), path, {
    folder: work,
    signal: stop.signal,
    onLine,
  });
  await assert.rejects(heard, /stopped by a person/);
  assert.deepEqual(await readdir(work), []);
});
