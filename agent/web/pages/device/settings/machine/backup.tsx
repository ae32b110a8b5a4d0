import { useSignal } from '@preact/signals';
import type { Mistake } from '../../../shared/api.ts';
import { orTell } from '../../../shared/tell-trouble.ts';
import { told } from '../../../shared/told.ts';
import { FileButton } from '#lib/pages/file-button.tsx';
import { tell } from '#lib/pages/toasts.ts';
import { usePage } from '../../page-context.ts';
import { ChangesDialog } from '../apply-bar.tsx';
import { useSettings, type Change } from '../settings-draft.ts';
import { texts } from '../settings-texts.ts';

/** Saves all settings as a file, and restores them. */
export function BackupPage() {
  const { api } = usePage();
  const settings = useSettings();
  const file = useSignal('');
  const looked = useSignal<{ mistakes: Mistake[]; changes: Change[] } | undefined>(undefined);
  const look = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    file.value = await chosen.text();
    looked.value = orTell(await api.send('POST', '/configuration/check', { file: file.value }));
    if (looked.value?.mistakes.length === 0 && looked.value.changes.length === 0) tell('done', texts.fileSame);
  };
  const restore = async (): Promise<void> => {
    if (orTell(await api.send('PATCH', '/configuration', { file: file.value }), texts.applied)) await settings.load();
    looked.value = undefined;
  };
  const { mistakes = [], changes = [] } = looked.value ?? {};
  return (
    <div class="form">
      <section class="card">
        <p>{texts.backupHelp}</p>
        <div>
          <a class="button main" href="/api/v1/configuration.yaml" download>
            {texts.saveBackup}
          </a>
        </div>
      </section>
      <section class="card">
        <p>{texts.restoreHelp}</p>
        <div>
          <FileButton accept=".yaml,.yml,.json,.cfg" onFile={look}>
            {texts.restore}
          </FileButton>
        </div>
        {mistakes.length > 0 && (
          <div role="alert">
            <p class="mistake">{texts.fileMistakes}</p>
            <ul class="mistakes">
              {mistakes.map(({ at, text, said }) => (
                <li key={`${at} ${text}`}>{told(text, said)}</li>
              ))}
            </ul>
          </div>
        )}
      </section>
      {mistakes.length === 0 && changes.length > 0 && (
        <ChangesDialog changes={changes} onClose={() => void (looked.value = undefined)} onApply={restore} />
      )}
    </div>
  );
}
