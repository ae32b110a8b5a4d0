import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { audio } from '#lib/sis/families/audio.ts';
import type { Row } from '#lib/sis/rows.ts';
import { formatReply } from '#lib/sis/format.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { handle, isRefusal, refuse } from '#lib/sis/handlers.ts';
import { parseOne } from './device.ts';

interface Sound {
  gains: Readonly<Record<number, number>>;
  muted: readonly number[];
  delayMs: number;
}
interface World {
  state: Sound;
  session: { name: string };
  event: string;
}

type SoundRow = Exclude<(typeof audio)[number], { by: 'keeper' }>;

const sound: Handlers<SoundRow, World> = {
  'audio.gain': {
    set: (state, { point, tenthsDb }) => ({ state: { ...state, gains: { ...state.gains, [point]: tenthsDb } } }),
    query: (state, { point }) => ({ tenthsDb: state.gains[point] ?? 0 }),
  },
  'audio.mute': {
    set: (state, { point, on }, session) =>
      point < 60000
        ? { state: { ...state, muted: on ? [...state.muted, point] : [] }, events: [`muted by ${session.name}`] }
        : refuse('E14'),
    query: (state, { point }) => ({ on: state.muted.includes(point) }),
  },
  'audio.delay': {
    set: (state, { delayMs }) => ({ state: { ...state, delayMs } }),
    query: (state) => ({ delayMs: state.delayMs }),
  },
};

const start: Sound = { gains: {}, muted: [], delayMs: 80 };

function ask(state: Sound, body: string): { state: Sound; line: string; events: readonly string[] } {
  const parsed = parseOne(`\u001b${body}\r`);
  const handled = handle<World>(sound, parsed, state, { name: 'a technician' });
  if (isRefusal(handled)) return { state, line: handled.refused, events: [] };
  const [line = ''] = formatReply(parsed.command, parsed.form, handled.values, 0);
  return { state: handled.state, line, events: handled.events };
}

test('a handler changes the state, tells events, and answers with what the command brought', () => {
  const louder = ask(start, 'G40000*-30AU');
  assert.equal(louder.line, 'DsG40000*-30');
  assert.equal(ask(louder.state, 'G40000AU').line, '-30');
  assert.equal(ask(louder.state, 'G40001AU').line, '0');
  const muted = ask(louder.state, 'M40002*1AU');
  assert.deepEqual(muted.events, ['muted by a technician']);
  assert.equal(ask(muted.state, 'M40002AU').line, '1');
  assert.equal(ask(start, '1ADLY').line, '080');
});

test('a refusal is a value, and changes nothing', () => {
  const refused = ask(start, 'M60000*1AU');
  assert.equal(refused.line, 'E14');
  assert.equal(refused.state, start);
});

test('a row without a handler is a mistake', () => {
  const parsed = parseOne('\u001bY1RCDR\r');
  assert.throws(() => handle<World>(sound, parsed, start, { name: 'x' }), /no handler for record\.state set/);
});

// What must not compile. Each line says so by the mistake expected on the next one.
type GainRow = Extract<SoundRow, { id: 'audio.gain' }>;
type StepRow = Extract<Row, { id: 'picture.brightness' }>;

// @ts-expect-error a missing form
export const missing: Handlers<GainRow, World> = { 'audio.gain': { query: () => ({ tenthsDb: 0 }) } };

export const misspelt: Handlers<GainRow, World> = {
  'audio.gain': {
    set: (state) => ({ state }),
    // @ts-expect-error a misspelt value
    query: () => ({ tenthDb: 0 }),
  },
};

export const mistyped: Handlers<GainRow, World> = {
  'audio.gain': {
    // @ts-expect-error a field the row has not
    set: (state, { gain }) => ({ state, events: [gain] }),
    query: () => ({ tenthsDb: 0 }),
  },
};

export const unanswered: Handlers<StepRow, World> = {
  'picture.brightness': {
    set: (state) => ({ state }),
    // @ts-expect-error a step must say the value it came to
    up: (state) => ({ state }),
    down: (state) => ({ state, reply: { value: 3 } }),
    query: () => ({ value: 64 }),
  },
};
