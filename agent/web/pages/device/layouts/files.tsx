import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../shared/button.tsx';
import { FileButton } from '../../shared/file-button.tsx';
import { bytes } from '../../shared/format.ts';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { logoUrl } from './inside.tsx';
import { said } from './said.ts';

export interface OverlayFile {
  name: string;
  size: number;
}

export function useFiles(): Signal<readonly OverlayFile[]> {
  const { api } = useDesk();
  const files = useSignal<readonly OverlayFile[]>([]);
  useEffect(() => {
    void api.get<{ files: OverlayFile[] }>('/overlay-files').then(({ value }) => {
      if (value) files.value = value.files;
    });
  }, []);
  return files;
}

/** Logos and backgrounds that are on the box; the box takes only what it can decode. */
export function Files({ files }: { files: Signal<readonly OverlayFile[]> }) {
  const { api, session } = useDesk();
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const name =
      file.name
        .normalize('NFD')
        .replaceAll(/[^\w. -]/g, '')
        .replace(/^[^A-Za-z0-9]+/, '') || 'logo.png';
    const answer = await api.upload<{ files: OverlayFile[] }>(`/overlay-files/${encodeURIComponent(name)}`, file);
    const value = orTell(answer, said.uploaded(name));
    if (value) files.value = value.files;
  };
  const remove = async (name: string): Promise<void> => {
    const value = orTell(
      await api.send<{ files: OverlayFile[] }>('DELETE', `/overlay-files/${encodeURIComponent(name)}`),
    );
    if (value) files.value = value.files;
  };
  return (
    <section class="card" aria-labelledby="files">
      <h2 id="files">{said.files}</h2>
      <ul class="files-shelf">
        {files.value.map(({ name, size }) => (
          <li key={name}>
            <img src={logoUrl(name)} alt="" loading="lazy" />
            <span>
              {name} <span class="soft small">{bytes(size)}</span>
            </span>
            {session.access === 'admin' && (
              <Button kind="quiet" class="close" label={said.removeFile(name)} onPress={() => remove(name)}>
                ×
              </Button>
            )}
          </li>
        ))}
      </ul>
      {session.access === 'admin' && (
        <div>
          <FileButton accept="image/png,image/jpeg,image/webp,image/svg+xml" onFile={take}>
            {said.upload}
          </FileButton>
          <p class="soft small">{said.uploadHelp}</p>
        </div>
      )}
    </section>
  );
}
