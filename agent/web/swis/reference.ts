import { z } from 'zod';
import type { Personality } from '#lib/sis/personality.ts';
import type { Resource } from './resource.ts';
import { resources } from './tree.ts';

const code = (value: unknown): string => `\`${JSON.stringify(value).replaceAll('|', String.raw`\|`)}\``;

const intro = `# SWIS reference

Generated from the rows of \`agent/web/swis\` by \`node docs/generate.ts\`. Do not edit.

The SMP 351's own interface over HTTP and HTTPS, for programs that were made for it. New programs ask [\`/api/v1\`](api.md).

Who asks: HTTP Basic as \`admin\` or \`user\`, or the cookie that \`POST /api/login\` gives (Basic, no body). Otherwise 401.

| | |
|---|---|
| \`GET /api/swis/resources?uri=…&uri=…\` | a list with an answer for each, in this order: \`{"meta":{"uri":…},"result":…}\` |
| \`GET /api/swis/resource/unit/name\` | one such answer |
| \`PUT /api/swis/resources\` | body \`[{"uri":…,"value":…},…]\`; the same answers, with what is so then. \`POST\` does as \`PUT\`; the type of the body does not matter |
| \`PUT /api/swis/resource/unit/name\` | body \`{"value":…}\`, or the value itself |
| \`POST /api/login\` | a cookie that stands for the account; it ends after five minutes without use, and as other [sessions](api.md#who-may-ask) do |
| \`GET /mp4stream\`, \`GET /api/swis/mp4stream\` | the live picture as fragmented MP4 without end, streaming or not |

A refusal comes with status 200, too: \`{"meta":{"uri":…,"status":"E13","description":"Invalid value: …"}}\`, without \`result\`. E10: there is
no such resource; E13: no such value; E14: not in this configuration, or only read; E22: busy; E24: for administrators. A body that
cannot be read, or is no list of items, is 400. At most 500 items at once.

Parts of an object or a list are reached below its path: \`/streamer/rtmp/1/pub_control\`, \`/record/free_space/internal/0/used\`.
Of an object that is set, parts that cannot be set are passed over, so what was read can be written back.

*acts*: Amphi does it, or tells what is so. Sure: A several clients agree, B one client, C inferred. The sources are
listed in [the facts](facts/smp351.md#4-sources). What is not known of the device is a value of \`swis\` in
[the personality](../firmware-config/smp351/personality.json), with its reason there.
`;

/** The text of `docs/swis-reference.md`. */
export function swisReference(personality: Personality): string {
  const guesses = Object.entries(personality.swis).map(([name, value]) => {
    const why = personality.because[`swis.${name}`];
    return `| \`${name}\` | ${code(value)} | ${why ?? ''} |`;
  });
  return [
    intro,
    '## Resources\n',
    '| path | what | set by | sure |\n|---|---|---|---|',
    ...resources.map(line),
    '',
    ...resources.map(section),
    '## What is not known of the device\n',
    '| in the personality | value | why |\n|---|---|---|',
    ...guesses,
    '',
  ].join('\n');
}

const anchorOf = (path: string): string => path.toLowerCase().replaceAll(/[^a-z0-9_ -]/g, '');

const line = ({ path, about, set, confidence }: Resource): string =>
  `| [\`${path}\`](#${anchorOf(path)}) | ${about} | ${set ? `\`${set.access}\`` : ''} | ${confidence} |`;

function section({ path, numbers, about, effect, source, confidence, set, example }: Resource): string {
  return [
    `### ${path}\n`,
    `${about}. **${effect}** · ${confidence} (${source})\n`,
    ...(numbers ? [`- \`{n}\`: ${numbers.join(', ')}`] : []),
    `- read: ${code(example)}`,
    ...(set
      ? [`- set by \`${set.access}\`: ${code(set.example)}`, `- what may be set: ${code(schemaOf(set.value))}`]
      : []),
    '',
  ].join('\n');
}

/** The JSON schema of a value, without parts that say nothing here. */
function schemaOf(value: z.ZodType): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(value, { io: 'input', unrepresentable: 'any' });
  return rest;
}
