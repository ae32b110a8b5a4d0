import { refuse } from '#agent/device/outcome.ts';
import type { ConfigurationTools, Looked } from '#agent/web/views/technician-sources.ts';
import { changeInWords, type Change } from '#firmware-config/document/differences.ts';
import { hideSecrets } from '#firmware-config/document/secrets.ts';
import { ConfigError } from '#firmware-config/document/text.ts';
import { givenSchema, type Config } from '#firmware-config/schema/config.ts';
import { formSchema } from '#firmware-config/words/form.ts';
import { keyRows } from '#firmware-config/words/keys.ts';
import { mistakesOf } from '#lib/http-api/refusal.ts';
import type { BoxConfig, Taken } from '../backup/settings-document.ts';

const FILE = 'configuration';

/** Tools with which the pages read, check and change all settings as one document. */
export function configurationTools(box: BoxConfig, config: Config): ConfigurationTools {
  const look = (text: string): Looked => {
    try {
      return { mistakes: [], changes: box.look(text, FILE).map(changeView) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { mistakes: error.mistakes.map((mistake) => ({ at: '', text: mistake })), changes: [] };
    }
  };
  const take = async (text: string, seen: Looked): ReturnType<ConfigurationTools['take']> => {
    if (seen.mistakes.length > 0 || seen.changes.length === 0) return seen;
    return takenView(await box.take(text, FILE), seen);
  };
  const lookAt = (given: unknown): Looked => {
    const read = givenSchema.safeParse(given);
    // The given document is checked first, so that each mistake names its place in it and the page can show it there.
    if (!read.success)
      return {
        mistakes: mistakesOf(read.error, '').map(({ at, text }) => ({ at: at.replace(/^\./, ''), text })),
        changes: [],
      };
    return look(JSON.stringify(given));
  };
  const { device: _, ...machine } = config;
  return {
    schema: () => formSchema,
    words: () => keyRows,
    document: () => Object(hideSecrets(box.document())) as object,
    machine: () => Object(hideSecrets(machine)) as object,
    look: lookAt,
    take: (given) => take(JSON.stringify(given), lookAt(given)),
    lookAtFile: look,
    takeFile: (text) => take(text, look(text)),
    file: () => box.text(),
  };
}

const changeView = (change: Change): Looked['changes'][number] => ({ ...change, words: changeInWords(change) });

function takenView(
  { outcome, code, mistakes }: Taken,
  { changes }: Looked,
): Awaited<ReturnType<ConfigurationTools['take']>> {
  if (outcome !== 'refused') return { mistakes: [], changes };
  const text = mistakes.join('; ');
  if (code === 'E22') return { mistakes: [], changes, refusal: refuse('E22', text) };
  return { mistakes: [{ at: '', text }], changes: [] };
}
