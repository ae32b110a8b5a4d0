import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmetadata, finishedArgv } from '#lib/ffmpeg/finished-file.ts';
import type { FileWords } from '#lib/media/file-tags.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

/** A recording as a box has it: its fragments, and what it makes of them. */
export interface Film {
  fragments: Buffer;
  finished: Buffer;
  sha256: string;
  words: FileWords;
}

const WORDS: FileWords = {
  tags: { title: 'Ümläut; the = first', creation_time: '2026-11-30T08:00:00.000Z' },
  chapters: [
    { startMs: 0, endMs: 1000, title: 'Begin' },
    { startMs: 1000, endMs: 3000, title: 'Then' },
  ],
};

/** Makes a film of three seconds in a folder. */
export async function filmIn(folder: string): Promise<Film> {
  const [from, to] = [join(folder, 'film.frag'), join(folder, 'film.mp4')];
  const argv =
    '-v error -y -f lavfi -i testsrc2=s=320x180:r=15:d=3 -f lavfi -i sine=d=3 -t 3 -c:v libx264 -preset ultrafast -g 30 -c:a aac -movflags +frag_keyframe+empty_moov+default_base_moof -frag_duration 250000 -f mp4';
  await run([...argv.split(' '), from]);
  await run(finishedArgv(from, to), ffmetadata(WORDS));
  const finished = await readFile(to);
  const sha256 = createHash('sha256').update(finished).digest('hex');
  return { fragments: await readFile(from), finished, sha256, words: WORDS };
}

async function run(argv: readonly string[], input = ''): Promise<void> {
  const { code, reason } = await runProgram('ffmpeg', argv, { timeoutMs: PATIENCE_MS, input });
  assert.equal(code, 0, reason);
}

/** A program that runs FFmpeg once it is allowed to. */
export interface GatedFfmpeg {
  path: string;
  /** Whether it was started. */
  isRunning(): Promise<boolean>;
  /** Lets it go on, and waits for its end. */
  open(): Promise<void>;
}

/** Makes the program in a folder. */
export async function gatedFfmpeg(folder: string): Promise<GatedFfmpeg> {
  const path = join(folder, 'gated-ffmpeg');
  const [started, opened, ended] = ['started', 'opened', 'ended'].map((name) => `${path}.${name}`) as [
    string,
    string,
    string,
  ];
  const text = `#!${process.execPath}
    const { spawnSync } = require('node:child_process');
    const { existsSync, writeFileSync } = require('node:fs');
    writeFileSync(${JSON.stringify(started)}, '');
    const look = setInterval(() => {
      if (!existsSync(${JSON.stringify(opened)})) return;
      clearInterval(look);
      const { status } = spawnSync('ffmpeg', process.argv.slice(2), { stdio: 'inherit' });
      writeFileSync(${JSON.stringify(ended)}, '');
      process.exitCode = status ?? 1;
    }, 10);
  `;
  await writeFile(path, text, { mode: 0o755 });
  const isThere = (file: string): Promise<boolean> =>
    access(file).then(
      () => true,
      () => false,
    );
  return {
    path,
    isRunning: () => isThere(started),
    async open() {
      await writeFile(opened, '');
      await until('the gated FFmpeg ends', () => isThere(ended));
    },
  };
}

/** An agent that speaks tus, written from the protocol alone. */
export interface TusAgent {
  create(metadata: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>;
  append(path: string, offset: number, bytes: Uint8Array, headers?: Record<string, string>): Promise<Response>;
  head(path: string): Promise<Response>;
  end(path: string, about: object): Promise<Response>;
  tracks(path: string, tracks: object): Promise<Response>;
}

export function tusAgent(url: string, authorization: string): TusAgent {
  const send = (method: string, path: string, headers: object, body?: Uint8Array | string): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { authorization, 'tus-resumable': '1.0.0', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
  return {
    create(metadata, headers = { 'upload-defer-length': '1' }) {
      const told = Object.entries(metadata).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`);
      return send('POST', '/api/v1/growing', { 'upload-metadata': told.join(','), ...headers });
    },
    append: (path, offset, bytes, headers = {}) =>
      send(
        'PATCH',
        path,
        { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...headers },
        bytes,
      ),
    head: (path) => send('HEAD', path, {}),
    end: (path, about) =>
      send('PUT', `${path}/finished`, { 'content-type': 'application/json' }, JSON.stringify(about)),
    tracks: (path, tracks) =>
      send('PUT', `${path}/tracks`, { 'content-type': 'application/json' }, JSON.stringify(tracks)),
  };
}
