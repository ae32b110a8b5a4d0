import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { argvOf, ProfileError, sizeHolds, type CommandValues } from '#lib/opencast/profiles/command.ts';
import { readProperties } from '#lib/opencast/profiles/properties.ts';
import { readProfiles } from '#lib/opencast/profiles/read-profiles.ts';

const HD = `
# HD
profile.mp4-hd.http.name = hd: 720 lines
profile.mp4-hd.http.input=visual
profile.mp4-hd.http.output: visual
profile.mp4-hd.http.suffix = -hd.mp4
profile.mp4-hd.http.jobload = 2.5
profile.mp4-hd.http.ffmpeg.command = -i #{in.video.path} \\
  -filter:v "scale=-1:720, yadif" -c:v libx264 \\
  #{out.dir}/#{out.name}#{out.suffix}
`;

const values = (all: Record<string, string>, holds: CommandValues['holds'] = () => undefined): CommandValues => ({
  value: (name) => (Object.hasOwn(all, name) ? all[name] : undefined),
  holds,
});

describe('properties of Java', () => {
  test('comments, separators, continued lines and escapes', () => {
    const text = '\uFEFF# no\n! no\n\na = 1\nb:2\nc 3\nd\\ e = f\\u00e9\\tg\nlong = one\\\n   two\\\\\nlast';
    assert.deepEqual(readProperties(text), [
      { key: 'a', value: '1', line: 4 },
      { key: 'b', value: '2', line: 5 },
      { key: 'c', value: '3', line: 6 },
      { key: 'd e', value: 'fé\tg', line: 7 },
      { key: 'long', value: 'onetwo\\', line: 8 },
      { key: 'last', value: '', line: 10 },
    ]);
  });

  test('a file without end is refused', () => {
    assert.throws(() => readProperties('a'.repeat((1 << 20) + 1)), RangeError);
  });
});

describe('encoding profiles', () => {
  test('all that stands in one', () => {
    const { profiles, mistakes } = readProfiles(HD);
    assert.deepEqual(mistakes, []);
    const [profile] = profiles;
    assert.deepEqual(
      [profile?.id, profile?.name, profile?.input, profile?.output, profile?.load, profile?.outputs],
      ['mp4-hd.http', 'hd: 720 lines', 'visual', 'visual', 2.5, [{ tag: undefined, suffix: '-hd.mp4' }]],
    );
  });

  test('mistakes are told with their lines, and the other profiles are read', () => {
    const text = [
      ...HD.split('\n'),
      'profile.a.suffix = -a.mp4',
      'profil.b.name = x',
      'profile.c.ffmpeg.command = -i x',
      'profile.d.ffmpeg.command = -i x',
      'profile.d.suffix = /../../etc/passwd',
      'profile.e.ffmpeg.command = -i x',
      'profile.e.suffix = -e.mp4',
      'profile.e.jobload = much',
      'profile.__proto__.suffix = -p.mp4',
      'profile.__proto__.ffmpeg.command = -i x',
    ].join('\n');
    const { profiles, mistakes } = readProfiles(text);
    assert.deepEqual(
      profiles.map(({ id }) => id),
      ['mp4-hd.http', '__proto__'],
    );
    assert.deepEqual(
      mistakes.map(({ line, text: words }) => `${line} ${words}`.slice(0, 40)),
      [
        '12 profile a: ffmpeg.command is missing',
        '13 "profil.b.name" is no key of a profil',
        '14 profile c: suffix is missing: the end',
        '15 profile d: the suffix "/../../etc/pas',
        '17 profile e: jobload is "much": a numbe',
      ],
    );
  });
});

describe('commands', () => {
  test('values stay within one argument, whatever is in them', () => {
    const [profile] = readProfiles(HD).profiles;
    const argv = argvOf(
      profile!,
      values({
        'in.video.path': '/films/Été 1 "a" #{out.dir}.mp4',
        'out.dir': '/out dir',
        'out.name': '-y',
        'out.suffix': '-hd.mp4',
      }),
    );
    assert.deepEqual(argv, [
      '-i',
      '/films/Été 1 "a" #{out.dir}.mp4',
      '-filter:v',
      'scale=-1:720, yadif',
      '-c:v',
      'libx264',
      '/out dir/-y-hd.mp4',
    ]);
  });

  test('pieces stand where their condition holds', () => {
    const text =
      'profile.p.suffix = x\nprofile.p.ffmpeg.command = -i a #{if-height-geq-1080} z\nprofile.p.ffmpeg.command.if-height-geq-1080 = -b "#{out.name}"';
    const [profile] = readProfiles(text).profiles;
    const of = (heightPx: number): string[] =>
      argvOf(
        profile!,
        values({ 'out.name': 'n' }, (condition) => sizeHolds(condition, { widthPx: 1920, heightPx })),
      );
    assert.deepEqual(of(1080), ['-i', 'a', '-b', 'n', 'z']);
    assert.deepEqual(of(1079), ['-i', 'a', 'z']);
  });

  test('a variable may stand for several arguments; they join what is before and after it', () => {
    const profile = { id: 'p', command: '#{in} -vf [a]x[out]#{map},y #{none}', pieces: new Map() };
    const words = new Map<string, readonly string[]>([
      ['in', ['-i', 'a b', '-i', 'c']],
      ['map', [';z', '-map', '[out]']],
      ['none', []],
    ]);
    const argv = argvOf(profile, { value: (name) => words.get(name), holds: () => undefined });
    assert.deepEqual(argv, ['-i', 'a b', '-i', 'c', '-vf', '[a]x[out];z', '-map', '[out],y', '']);
  });

  test('what is not known is an error in words', () => {
    const command = (words: string) => ({ id: 'p', command: words, pieces: new Map() });
    for (const [words, told] of [
      ['-i #{in.vidio.path}', /the variable #\{in.vidio.path\} has no value/],
      ['-i #{if-blue}', /the condition if-blue is not known/],
      ['-vf "scale', /a quote \("\) has no end/],
    ] as const)
      assert.throws(
        () => argvOf(command(words), values({})),
        (error) => error instanceof ProfileError && told.test(error.message),
      );
  });

  test('conditions about sizes', () => {
    const size = { widthPx: 1280, heightPx: 720 };
    const cases: [string, boolean | undefined][] = [
      ['if-width-or-height-geq-1600-1600', false],
      ['if-width-or-height-geq-1600-720', true],
      ['if-height-lt-720', false],
      ['if-width-geq-1280', true],
      ['if-watermark', undefined],
    ];
    for (const [condition, expected] of cases) assert.equal(sizeHolds(condition, size), expected, condition);
  });
});
