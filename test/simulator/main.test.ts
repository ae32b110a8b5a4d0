import assert from 'node:assert/strict';
import test from 'node:test';
import { simCommand } from '#simulator/main.ts';
import { startSourceClock } from '#simulator/source-clock.ts';

/** What the command says when it refuses these words. */
async function refusal(...words: string[]): Promise<string> {
  let said = '';
  const quiet = (command: ReturnType<typeof simCommand>): void => {
    command.exitOverride().configureOutput({ writeErr: (text) => void (said += text) });
    command.commands.forEach(quiet);
  };
  const command = simCommand();
  quiet(command);
  await assert.rejects(command.parseAsync(words, { from: 'user' }));
  return said;
}

test('flags that are wrong are refused with what would be right', async () => {
  for (const [flag, value, words] of [
    ['--listen', '127.0.0.1', /HOST:PORT/],
    ['--listen', '127.0.0.1:70000', /HOST:PORT/],
    ['--camera', '641x360', /even sizes/],
    ['--camera', '640x360/wmv', /hevc/],
    ['--slides', '', /WxH@RATE/],
    ['--credentials', 'nobody', /USER:PASSWORD/],
    ['--seconds', 'soon', /above 0/],
  ] as const)
    assert.match(await refusal('hall', flag, value), words);
  assert.match(await refusal('verdict', 'x.mp4', '--title-rect', '0,0,2,1'), /four numbers/);
  assert.match(await refusal('verdict'), /missing required argument/);
});

test('the clock of a source runs on when its drift changes', () => {
  let now = 1000;
  const clock = startSourceClock(() => now);
  const begin = clock.nowMs();
  now += 500;
  assert.equal(clock.nowMs(), begin + 500);
  clock.setDriftPpm(100_000);
  assert.equal(clock.nowMs(), begin + 500);
  now += 1000;
  assert.ok(Math.abs(clock.nowMs() - begin - 1600) < 0.01);
  clock.setDriftPpm(0);
  now += 10;
  assert.ok(Math.abs(clock.nowMs() - begin - 1610) < 0.01);
});
