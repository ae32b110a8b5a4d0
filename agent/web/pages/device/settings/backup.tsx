import { useSignal } from '@preact/signals';
import type { Mistake } from '../../shared/api.ts';
import { FileButton } from '../../shared/file-button.tsx';
import { orTell, tell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { ChangesDialog } from './apply-bar.tsx';
import { useSettings, type Change } from './desk.ts';
import { said } from './said.ts';

/** All settings as a file, and back. */
export function BackupPage() {
  const { api } = useDesk();
  const settings = useSettings();
  const file = useSignal('');
  const looked = useSignal<{ mistakes: Mistake[]; changes: Change[] } | undefined>(undefined);
  const look = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    file.value = await chosen.text();
    looked.value = orTell(await api.send('POST', '/configuration/check', { file: file.value }));
    if (looked.value?.mistakes.length === 0 && looked.value.changes.length === 0) tell('done', said.fileSame);
  };
  const restore = async (): Promise<void> => {
    if (orTell(await api.send('PATCH', '/configuration', { file: file.value }), said.applied)) await settings.load();
    looked.value = undefined;
  };
  const { mistakes = [], changes = [] } = looked.value ?? {};
  return (
    <div class="form">
      <section class="card">
        <p>{said.backupHelp}</p>
        <div>
          <a class="button main" href="/api/v1/configuration.yaml" download>
            {said.saveBackup}
          </a>
        </div>
      </section>
      <section class="card">
        <p>{said.restoreHelp}</p>
        <div>
          <FileButton accept=".yaml,.yml,.json,.cfg" onFile={look}>
            {said.restore}
          </FileButton>
        </div>
        {mistakes.length > 0 && (
          <div role="alert">
            <p class="mistake">{said.fileMistakes}</p>
            <ul class="mistakes">
              {mistakes.map(({ at, text }) => (
                <li key={`${at} ${text}`}>
                  <code>{text}</code>
                </li>
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
