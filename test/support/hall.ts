import { runAmphi } from './box.ts';
import { until } from './until.ts';

/** A simulated hall as a process of its own, so that the work of a test does not make its sources late. */
export interface HallProcess {
  urls: { slides: string; camera: string };
  /** Sends a line such as `camera kill` or `all back`; resolves when it is in effect. */
  command(line: string): Promise<void>;
  /** `device.inputs` of a box that plays the slides on channel A and the camera on channel B. */
  inputs: object;
  close(): Promise<void>;
}

/** Starts slides and camera of 640x360 (or `format`). Rejects, with its output, if it does not start. */
export async function startHallProcess(format = '640x360'): Promise<HallProcess> {
  const port = ['--listen', '127.0.0.1:0', '--control', '127.0.0.1:0'];
  const { child, log, ended } = runAmphi(['sim', 'hall', ...port, '--slides', format, '--camera', format]);
  const isReady = (): boolean => /^ready$/m.test(log());
  try {
    // It paints its pictures first.
    await until('the hall is ready', () => isReady() || child.exitCode !== null, { seen: log, limitMs: 300_000 });
    if (!isReady()) throw new Error(`the hall ended:\n${log()}`);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const said = (name: string): string => new RegExp(`^${name} (\\S+)$`, 'm').exec(log())![1]!;
  const urls = { slides: said('slides'), camera: said('camera') };
  const source = (url: string): object => ({ source: { driver: 'rtsp', url } });
  return {
    urls,
    inputs: { 1: { name: 'Slides', ...source(urls.slides) }, 3: { name: 'Camera', ...source(urls.camera) } },
    async command(line) {
      const answer = await fetch(`${said('control')}/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ command: line }),
      });
      if (!answer.ok) throw new Error(`${line}: ${await answer.text()}`);
    },
    async close() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
