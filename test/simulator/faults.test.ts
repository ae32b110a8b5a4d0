import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { silentLog } from '#lib/runtime/log.ts';
import { parseCommand, SOURCES } from '#simulator/command.ts';
import { FACTORY_FORMAT } from '#simulator/encode.ts';
import { Fault, FAULT_KINDS, setupOf } from '#simulator/faults.ts';
import type { Hall } from '#simulator/hall.ts';
import { parseScenario, playScenario } from '#simulator/scenario.ts';

test('lines are read into faults', () => {
  assert.deepEqual(parseCommand('camera kill'), { sources: ['camera'], begin: { fault: 'kill' } });
  assert.deepEqual(parseCommand('  all   delay 300 '), { sources: SOURCES, begin: { fault: 'delay', ms: 300 } });
  assert.deepEqual(parseCommand('slides resolution 640x360').begin, {
    fault: 'resolution',
    widthPx: 640,
    heightPx: 360,
  });
  assert.deepEqual(parseCommand('camera offset -3600000').begin, { fault: 'offset', ms: -3_600_000 });
  assert.deepEqual(parseCommand('camera codec hevc').begin, { fault: 'codec', codec: 'hevc' });
  assert.deepEqual(parseCommand('camera back'), { sources: ['camera'], end: 'all' });
  assert.deepEqual(parseCommand('camera back delay'), { sources: ['camera'], end: 'delay' });
});

test('lines that are wrong are told what would be right', () => {
  for (const [line, words] of [
    ['', /slides, camera or all/],
    ['door kill', /slides, camera or all/],
    ['camera explode', /kill, stall/],
    ['camera delay', /needs MS/],
    ['camera kill 3', /takes no value/],
    ['camera delay soon', /delay soon/],
    ['camera resolution 641x360', /multiple/],
    ['camera resolution 640', /resolution/],
    ['camera codec wmv', /codec/],
    ['camera kill now please', /too many/],
    ['camera back everything', /no fault/],
  ] as const)
    assert.throws(() => parseCommand(line), words);
});

test('without faults a source is as it was made', () => {
  const setup = setupOf(FACTORY_FORMAT, []);
  assert.deepEqual(setup.format, FACTORY_FORMAT);
  assert.deepEqual([setup.door, setup.stopped, setup.wire.lossPercent], ['open', false, 0]);
});

test('faults add up, and each changes something', () => {
  const values = { ms: 5, percent: 1, factor: 2, widthPx: 640, heightPx: 360, codec: 'vp8', frameRate: 25, ppm: 100 };
  const whole = JSON.stringify(setupOf(FACTORY_FORMAT, []));
  for (const option of Fault.options) {
    const fields = Object.keys(option.shape).filter((key) => key in values);
    const fault = Fault.parse({
      fault: option.shape.fault.value,
      ...Object.fromEntries(fields.map((key) => [key, values[key as keyof typeof values]])),
    });
    // It is an event, not a state.
    if (fault.fault !== 'vanish') assert.notEqual(JSON.stringify(setupOf(FACTORY_FORMAT, [fault])), whole, fault.fault);
  }
  const both = setupOf(FACTORY_FORMAT, [{ fault: 'cut' }, { fault: 'no-audio' }, { fault: 'kill' }]);
  assert.deepEqual([both.door, both.wire.lossPercent, both.format.audio], ['closed', 100, false]);
  assert.equal(new Set(FAULT_KINDS).size, Fault.options.length);
});

test('a scenario happens when it says', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const happened: string[] = [];
    const hall = {
      fault: async (source: string, fault: Fault) => void happened.push(`${source} ${fault.fault}`),
      clear: async (source: string, kind?: string) => void happened.push(`${source} back ${kind ?? ''}`.trim()),
    } as unknown as Hall;
    const scenario = parseScenario(`[
      {"atSeconds": 2, "source": "camera", "fault": "delay", "ms": 100, "forSeconds": 3},
      {"atSeconds": 1, "source": "all", "fault": "kill"}, {"atSeconds": 4, "source": "all", "fault": "back"},
      {"atSeconds": 9, "source": "slides", "fault": "stall"}]`);
    const stop = playScenario(scenario, hall, silentLog);
    mock.timers.tick(1000);
    assert.deepEqual(happened.splice(0), ['slides kill', 'camera kill']);
    mock.timers.tick(1000);
    assert.deepEqual(happened.splice(0), ['camera delay']);
    mock.timers.tick(3000);
    assert.deepEqual(happened.splice(0), ['slides back', 'camera back', 'camera back delay']);
    stop();
    mock.timers.tick(9000);
    assert.deepEqual(happened, []);
  } finally {
    mock.timers.reset();
  }
});

test('a scenario with mistakes is refused with their places', () => {
  assert.throws(() => parseScenario('[{"atSeconds": -1, "source": "camera", "fault": "kill"}]'), /atSeconds/);
  assert.throws(() => parseScenario('[{"atSeconds": 1, "source": "camera", "fault": "delay"}]'), /ms/);
  assert.throws(() => parseScenario('[{"atSeconds": 1, "source": "camera", "fault": "kill", "extra": 1}]'), /extra/);
  assert.throws(() => parseScenario('{'), SyntaxError);
});
