import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { probe } from '#lib/ffmpeg/probe.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Interval } from '#lib/media/intervals.ts';
import { commentsOf } from '#central/catalogue/comments/comments.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { burnCaptions } from '#central/workflows/operations/find/captions/burn-captions.ts';
import { speechtotext } from '#central/workflows/operations/find/captions/speechtotext.ts';
import { subtitleTimeshift } from '#central/workflows/operations/find/captions/subtitle-timeshift.ts';
import { editor } from '#central/workflows/operations/find/editor.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, numberedFilm, textFile } from './find-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  await opened.database.insertInto('events').values({ id: 'lecture-1', title: 'Le cœur' }).execute();
});
after(async () => {
  await rig.close();
  await opened.close();
});

const VTT = `WEBVTT

00:00:01.000 --> 00:00:02.500
bonjour

00:00:05.000 --> 00:00:07.000
au milieu

00:00:10.000 --> 00:00:11.000
à la fin
`;
const SRT = '1\n00:00:01,000 --> 00:00:02,500\nbonjour\n';

const captions = async (name: string, text: string | Buffer, flavor: string, more: Partial<ElementRow> = {}) =>
  rig.element(await textFile(rig.store.folder, name, text), flavor, { kind: 'attachment', ...more });
const film = async (): Promise<ElementRow> => rig.element(await numberedFilm(12, '30'), 'presenter/work');

async function listOf(...segments: readonly [fromMs: number, toMs: number][]): Promise<ElementRow> {
  const stretches = segments.map(([fromMs, toMs]): Interval => ({ fromMs, toMs }));
  const list = formatCutList({ tracks: [{ src: 'camera.mp4', kind: 'video' }], segments: stretches });
  return rig.element(await textFile(rig.store.folder, 'cutting.smil', list), 'smil/cutting', { kind: 'catalog' });
}

describe('the editor cuts captions as it cuts what they belong to', () => {
  const KEYS = {
    'source-flavors': 'captions/*',
    'target-flavor-subtype': 'delivery',
    'target-tags': 'engage-download',
  };
  const cut = async (...elements: readonly ElementRow[]) => {
    const { result } = await rig.run(editor(rig.needs), KEYS, [await film(), ...elements]);
    const [made, ...more] = addedBy(result);
    assert.deepEqual(more, []);
    return { made: made!, text: await readFile(rig.pathOf(made!), 'utf8') };
  };

  test('times are moved, what was cut away goes, the language stays', async () => {
    const { made, text } = await cut(
      await captions('fr.vtt', VTT, 'captions/vtt+fr', { tags: ['archive', 'type:subtitle'] }),
      await listOf([2000, 6000], [9000, 12_000]),
    );
    assert.deepEqual([made.flavor, made.tags], ['captions/delivery', ['type:subtitle', 'lang:fr', 'engage-download']]);
    const cues = [...text.matchAll(/(\S+) --> (\S+)[^\n]*\n([^\n]+)/g)].map(([, from, to, words]) => [from, to, words]);
    assert.deepEqual(cues, [
      ['00:00:00.000', '00:00:00.500', 'bonjour'],
      ['00:00:03.000', '00:00:04.000', 'au milieu'],
      ['00:00:05.000', '00:00:06.000', 'à la fin'],
    ]);
  });

  test('without cuts WebVTT stays the same file, and SRT becomes WebVTT', async () => {
    const vtt = await captions('en.vtt', VTT, 'captions/source', { tags: ['lang:en'] });
    const same = await cut(vtt);
    assert.deepEqual([same.made.path, same.made.tags], [vtt.path, ['lang:en', 'engage-download']]);
    const srt = await cut(await captions('fr.srt', SRT, 'captions/source'));
    assert.deepEqual([srt.made.file_name, srt.made.mime_type], ['fr.vtt', 'text/vtt']);
    assert.match(srt.text, /^WEBVTT[^]*00:00:01\.000 --> 00:00:02\.500\nbonjour/);
  });

  test('captions that keep their flavor take the place of those they were made of', async () => {
    const vtt = await captions('fr.vtt', VTT, 'captions/delivery');
    const elements = [await film(), vtt, await listOf([0, 3000])];
    const { result } = await rig.run(editor(rig.needs), KEYS, elements);
    assert.ok(result.kind === 'done');
    assert.deepEqual(result.removed, [vtt.id]);
  });

  test('those that they were made of lose the tags of the result: nobody sees both', async () => {
    const vtt = await captions('fr.vtt', VTT, 'captions/source', { tags: ['archive', 'engage-download', 'lang:fr'] });
    const { result } = await rig.run(editor(rig.needs), KEYS, [await film(), vtt, await listOf([0, 3000])]);
    assert.ok(result.kind === 'done');
    assert.deepEqual(
      result.changed?.map(({ id, tags }) => [id, tags]),
      [[vtt.id, ['archive', 'lang:fr']]],
    );
  });

  test('wrong ones may be left out: a comment tells why, and the others are taken', async () => {
    const keys = { ...KEYS, 'leave-out-wrong-captions': 'true' };
    const wrong = await captions('wrong.vtt', '<html>', 'captions/source');
    const elements = [await film(), wrong, await captions('fr.vtt', VTT, 'captions/source')];
    const { result, lines } = await rig.run(editor(rig.needs), keys, elements);
    assert.deepEqual(
      addedBy(result).map(({ file_name: name }) => name),
      ['fr.vtt'],
    );
    assert.match(lines.join('\n'), /these captions are left out: wrong\.vtt/);
    for (const _ of [1, 2])
      await opened.database
        .transaction()
        .execute(async (within) => (result.kind === 'done' ? result.settle?.(within) : undefined));
    const comments = await commentsOf(opened.database, 'lecture-1');
    assert.equal(comments.length, 1, 'said once');
    assert.match(
      comments[0]!.text,
      /^Les sous-titres wrong\.vtt ne sont pas publiés\.\nThe captions wrong\.vtt are not published: /,
    );
  });

  test('captions of another recording are refused in words', async () => {
    const other = VTT.replaceAll('00:00:10', '01:20:10').replaceAll('00:00:11', '01:20:11');
    await assert.rejects(cut(await captions('other.vtt', other, 'captions/source'), await listOf([0, 5000])), {
      name: 'OperationFailed',
      message:
        /other.vtt goes on until 1:20:10, and the recording ends at 0:00:12: these captions are of another recording/,
    });
  });

  test('a file of 50 MB is refused without being read, and so is one that is no captions', async () => {
    const large = await captions('large.vtt', Buffer.alloc(50 << 20, 'a'), 'captions/source');
    const before = performance.now();
    await assert.rejects(cut(large), { name: 'OperationFailed', message: /large.vtt has 50.0 MB; .* may have 8.0 MB/ });
    assert.ok(performance.now() - before < 30_000);
    for (const text of ['<html>', '', 'WEBVTT\n\nsoon --> later\nx\n'])
      await assert.rejects(cut(await captions('wrong.vtt', text, 'captions/source')), {
        name: 'OperationFailed',
        message: /^wrong.vtt/,
      });
  });

  test('captions with HTML come out as their words', async () => {
    const { text } = await cut(
      await captions(
        'html.vtt',
        'WEBVTT\n\n00:01.000 --> 00:02.000\n<script>alert(1)</script><b>fin</b> &lt;i&gt;\n',
        'captions/source',
      ),
      await listOf([0, 3000]),
    );
    assert.ok(!/<(script|b)\b/.test(text), text);
    assert.match(text, /fin/);
  });
});

describe('burn-captions', () => {
  const KEYS = { 'source-flavor': '*/work', 'target-flavor': '*/captioned', 'target-tags': 'engage-download' };
  /** A black film of 12 s, in which letters are what is bright. */
  const blackFilm = (): Promise<string> =>
    madeOnce('black-12.mp4', async (path) => {
      const black = ['-f', 'lavfi', '-i', 'color=black:s=640x360:r=10:d=12'];
      const sound = ['-f', 'lavfi', '-i', 'sine=d=12', '-c:a', 'aac'];
      await runFfmpeg('ffmpeg', [...black, ...sound, '-pix_fmt', 'yuv420p', '-f', 'mp4', '-y', path]);
    });
  /** Highest level of a picture at a time, in its upper half and in its lower one. */
  const brightest = async (path: string, second: number): Promise<[number, number]> => {
    const still = join(rig.store.folder, 'still.png');
    await runFfmpeg('ffmpeg', ['-ss', String(second), '-i', path, '-frames:v', '1', '-update', '1', '-y', still]);
    const halves = [0, 180].map((top) => sharp(still).extract({ left: 0, top, width: 640, height: 180 }));
    const [upper, lower] = await Promise.all(
      halves.map(async (half) => (await sharp(await half.toBuffer()).stats()).channels[0]!.max),
    );
    return [upper!, lower!];
  };

  test('the picture has them while they are said, also where the media folder has an odd name', async () => {
    const parent = await mkdtemp(join(tmpdir(), "amphi [l'été], 8:15; "));
    const odd = await openOperationRig(opened.database, parent);
    try {
      const source = await odd.element(await blackFilm(), 'presenter/work');
      const texts = await Promise.all(
        [
          ['fr.vtt', VTT],
          ['en.vtt', VTT.replaceAll(':05.', ':03.')],
        ].map(async ([name, text]) =>
          odd.element(await textFile(odd.store.folder, name!, text!), `captions/vtt+${name!.slice(0, 2)}`, {
            kind: 'attachment',
          }),
        ),
      );
      const { result } = await odd.run(burnCaptions(odd.needs), { ...KEYS, language: 'fr' }, [
        source,
        ...texts.toReversed(),
      ]);
      const [made, ...more] = addedBy(result);
      assert.deepEqual(more, []);
      assert.deepEqual(
        [made!.flavor, made!.tags, made!.mime_type],
        ['presenter/captioned', ['engage-download'], 'video/mp4'],
      );
      for (const [second, isSaid] of [
        [0.5, false],
        [2, true],
        [4, false],
        [6, true],
        [8, false],
        [10.5, true],
      ] as const) {
        const [upper, lower] = await brightest(odd.pathOf(made!), second);
        assert.ok(upper < 40, `above the captions at ${second} s: ${upper}`);
        assert.equal(lower > 180, isSaid, `captions at ${second} s: ${lower}`);
      }
      const { streams, durationMs } = await probe(rig.needs.ffprobe, odd.pathOf(made!));
      assert.deepEqual(streams.map(({ kind }) => kind).toSorted(), ['audio', 'video']);
      assert.ok(Math.abs(durationMs! - 12_000) < 150, String(durationMs));
    } finally {
      await odd.close();
      await rm(parent, { recursive: true, force: true });
    }
  });

  test('without captions of the language nothing is made; those of another recording are refused', async () => {
    const none = await rig.run(burnCaptions(rig.needs), { ...KEYS, language: 'de' }, [
      await film(),
      await captions('fr.vtt', VTT, 'captions/vtt+fr'),
    ]);
    assert.ok(none.result.kind === 'skip' && /no captions have these flavors/.test(none.result.why));
    const other = await captions(
      'other.vtt',
      VTT.replaceAll('00:00:10', '01:20:10').replaceAll('00:00:11', '01:20:11'),
      'captions/source',
    );
    await assert.rejects(
      rig.run(burnCaptions(rig.needs), KEYS, [await film(), other]),
      /captions are of another recording/,
    );
  });
});

describe('subtitle-timeshift', () => {
  const KEYS = {
    'subtitle-source-flavor': 'captions/source',
    'video-source-flavor': 'intro/source',
    'target-flavor': 'captions/delivery',
  };
  test('moves captions by the length of the intro', async () => {
    const intro = await rig.element(await numberedFilm(4, '30'), 'intro/source');
    const { result } = await rig.run(subtitleTimeshift(rig.needs), KEYS, [
      intro,
      await captions('fr.vtt', VTT, 'captions/source'),
    ]);
    const [made] = addedBy(result);
    assert.equal(made!.flavor, 'captions/delivery');
    assert.match(await readFile(rig.pathOf(made!), 'utf8'), /00:00:05\.0\d\d --> 00:00:06\.5\d\d\nbonjour/);
  });
  test('without an intro they stay where they are', async () => {
    const { result } = await rig.run(subtitleTimeshift(rig.needs), KEYS, [
      await captions('fr.vtt', VTT, 'captions/source'),
    ]);
    assert.ok(result.kind === 'skip' && /stay where they are/.test(result.why));
  });
});

describe('speechtotext', () => {
  const KEYS = { 'source-flavor': '*/work', 'target-flavor': 'captions/delivery', 'target-tags': '+engage-download' };
  test('is left out with a word where no program is configured', async () => {
    const { result } = await rig.run(speechtotext(rig.needs), KEYS, [await film()]);
    assert.ok(result.kind === 'skip' && /no program that writes down speech/.test(result.why));
  });
  test('writes what the program of the configuration hears', async () => {
    // A program that tells how long the sound is, in which language, and which words it was told.
    const program = await textFile(
      rig.store.folder,
      'hears.mjs',
      `import { readFileSync, writeFileSync, statSync } from 'node:fs';
       const [wav, out, language, words] = process.argv.slice(2);
       const seconds = Math.round((statSync(wav).size - 44) / 32000);
       const known = readFileSync(words, 'utf8').includes('cœur');
       writeFileSync(out, 'WEBVTT\\n\\n00:00:00.500 --> 00:00:0' + 3 + '.000\\n' + [seconds, language, known].join(' ') + '\\n');`,
    );
    await chmod(program, 0o755);
    const recogniser = {
      argv: [process.execPath, program, '{wav}', '{output}', '{language}', '{words}'],
      writes: 'vtt' as const,
    };
    const { result } = await rig.run(speechtotext({ ...rig.needs, recogniser }), KEYS, [await film()]);
    const [made] = addedBy(result);
    assert.deepEqual([made!.flavor, made!.kind], ['captions/delivery', 'track']);
    assert.deepEqual(made!.tags, ['lang:fr', 'generator-type:auto', 'type:caption', 'engage-download']);
    assert.match(await readFile(rig.pathOf(made!), 'utf8'), /00:00:00\.500 --> 00:00:03\.000\n12 fr true/);
  });
  test('a program that fails is told in its words', async () => {
    const argv = [process.execPath, '-e', 'console.error("no model"); process.exit(3)'];
    const needs = { ...rig.needs, recogniser: { argv, writes: 'vtt' as const } };
    await assert.rejects(rig.run(speechtotext(needs), KEYS, [await film()]), {
      name: 'OperationFailed',
      message: /no model/,
    });
  });
  test('the presenter is heard first, where the key says so', async () => {
    const room = await rig.element(await numberedFilm(4, '30'), 'audience/work');
    const needs = { ...rig.needs, recogniser: { argv: ['/nothing'], writes: 'vtt' as const } };
    const nobody = await rig.run(speechtotext(needs), { ...KEYS, 'track-selection-strategy': 'presenter_or_nothing' }, [
      room,
    ]);
    assert.equal(nobody.result.kind, 'skip');
  });
});
