import { isDeepStrictEqual } from 'node:util';
import type { Layout } from '#lib/media/layout.ts';
import { changeInWords, changesBetween, type Change } from '#firmware-config/differences.ts';
import { documentOf, mergeDocuments, readGiven, settingsOf, type BoxDocument } from '#firmware-config/document.ts';
import { ConfigError, yamlOf } from '#firmware-config/text.ts';
import type { SchedulerDesk } from './scheduler-settings.ts';
import { parseParams } from '#agent/device/apply.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import { reveal } from '#agent/device/secrets.ts';

/** What became of a configuration that somebody brought. */
export interface Taken {
  outcome: 'applied' | 'unchanged' | 'refused';
  /** Why not: E13 for mistakes, E22 where a recording would be touched. */
  code?: 'E13' | 'E22';
  /** All that is wrong, each with line and column; or why nothing can be changed now. */
  mistakes: readonly string[];
  /** What is different now, in words. */
  changes: readonly string[];
}

/** The configuration of a running box as a document. */
export interface BoxConfig {
  document(): BoxDocument;
  /** The same as a file, with its secrets. */
  text(): string;
  /** Lays a file over what is set, all or nothing; `name` is for messages. Never throws for what is in it. */
  take(text: string, name: string): Promise<Taken>;
  /** What would be different, by key; nothing is changed. Throws a ConfigError with all mistakes. */
  look(text: string, name: string): Change[];
}

const BOX: Session = { id: 'config', via: 'boot', access: 'admin' };
const refused = (code: 'E13' | 'E22', ...mistakes: string[]): Taken => ({
  outcome: 'refused',
  code,
  mistakes,
  changes: [],
});

/** What `device` wants, as a document; `about` is a line about the box in each file. */
export function openBoxConfig(
  device: DeviceClient,
  factoryLayouts: readonly Layout[],
  about: () => string,
  scheduler?: SchedulerDesk,
): BoxConfig {
  const document = (): BoxDocument => ({
    ...documentOf(device.state().wanted, factoryLayouts),
    ...(scheduler ? { scheduler: scheduler.now() } : {}),
  });

  const isRecording = (): boolean => device.state().wanted.recording.state !== 'stopped';

  const given = (text: string, name: string, before: BoxDocument): BoxDocument => {
    const lost: string[] = [];
    const read = reveal(readGiven(text, name), before, (at) => lost.push(at));
    if (lost.length > 0) throw new ConfigError(lost.map((at) => lostInWords(name, at)));
    return mergeDocuments(before, read as ReturnType<typeof readGiven>);
  };

  const put = async (before: BoxDocument, after: BoxDocument): Promise<Taken> => {
    const changes = changesBetween(before, after).map(changeInWords);
    if (changes.length === 0) return { outcome: 'unchanged', mistakes: [], changes };
    const checked = parseParams('settings.replace', { settings: settingsOf(after, factoryLayouts) });
    if ('code' in checked) return refused('E13', ...checked.text.split('; '));
    const wantsServer = !isDeepStrictEqual(before.scheduler, after.scheduler);
    if (wantsServer && !scheduler) return refused('E13', 'scheduler: it cannot be set here');
    if (wantsServer && isRecording()) return refused('E22', 'a recording runs, and these would touch it: scheduler');
    const { refusal } = await device.request({ name: 'settings.replace', params: checked.params, session: BOX });
    if (refusal) return refused(refusal.code === 'E22' ? 'E22' : 'E13', refusal.text);
    const kept = wantsServer ? scheduler?.change(after.scheduler ?? null) : undefined;
    return kept === undefined ? { outcome: 'applied', mistakes: [], changes } : refused('E13', `scheduler: ${kept}`);
  };

  return {
    document,
    text: () => `# ${about()}\n${yamlOf(document())}`,
    async take(text, name) {
      const before = document();
      try {
        return await put(before, given(text, name, before));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return refused('E13', ...error.mistakes);
      }
    },
    look(text, name) {
      const before = document();
      return changesBetween(before, given(text, name, before));
    },
  };
}

/** A hidden secret is known at the same place alone. */
const lostInWords = (name: string, at: string): string =>
  `${name}: ${at}: the secret is hidden as ***, and this box has none for it: write it out, or export with --secrets`;
