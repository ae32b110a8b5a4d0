import { isDeepStrictEqual } from 'node:util';
import type { Layout } from '#lib/media/layout.ts';
import { changeInWords, changesBetween, type Change } from '#firmware-config/document/differences.ts';
import {
  documentOf,
  mergeDocuments,
  readGiven,
  settingsOf,
  type BoxDocument,
} from '#firmware-config/document/document.ts';
import { ConfigError, yamlOf } from '#firmware-config/document/text.ts';
import type { SchedulerSettings } from './scheduler-settings.ts';
import { parseParams } from '#agent/device/apply.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import { reveal } from '#firmware-config/document/secrets.ts';

/** The result of applying a configuration. */
export interface Taken {
  outcome: 'applied' | 'unchanged' | 'refused';
  /** Code of a refusal. E13: the configuration has mistakes. E22: it would affect a running recording. */
  code?: 'E13' | 'E22';
  /** All mistakes with line and column, or the reason why nothing can be changed now. */
  mistakes: readonly string[];
  /** The changes in words. */
  changes: readonly string[];
}

/** The configuration of a running box as a document. */
export interface BoxConfig {
  document(): BoxDocument;
  /** The text of the configuration file, with secrets. */
  text(): string;
  /**
   * Applies the text of a configuration file to the settings, all or nothing; `name` stands in messages. Wrong content
   * gives a refusal and never throws.
   */
  take(text: string, name: string): Promise<Taken>;
  /**
   * The changes that a file would make, each with its key; nothing is changed. Throws a ConfigError with all mistakes.
   */
  look(text: string, name: string): Change[];
}

const BOX: Session = { id: 'config', via: 'boot', access: 'admin' };
const refused = (code: 'E13' | 'E22', ...mistakes: string[]): Taken => ({
  outcome: 'refused',
  code,
  mistakes,
  changes: [],
});

/** Opens the settings of `device` as a document; `about` is a line about the box in each file. */
export function openBoxConfig(
  device: DeviceClient,
  factoryLayouts: readonly Layout[],
  about: () => string,
  scheduler?: SchedulerSettings,
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

/** The message for a secret that is hidden as `***` at a place where the box knows no secret. */
const lostInWords = (name: string, at: string): string =>
  `${name}: ${at}: the secret is hidden as ***, and this box has none for it: write it out, or export with --secrets`;
