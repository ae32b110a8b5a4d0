import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '#lib/pages/button.tsx';
import { FileButton } from '#lib/pages/file-button.tsx';
import { bytes } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { logoUrl } from './inside.tsx';
import { texts } from './layouts-texts.ts';
import { orTell } from '../../shared/tell-trouble.ts';

export interface OverlayFile {
  name: string;
  size: number;
}

/** The files of logos and backgrounds on the box, read once. */
export function useFiles(): Signal<readonly OverlayFile[]> {
  const { api } = usePage();
  const files = useSignal<readonly OverlayFile[]>([]);
  useEffect(() => {
    void api.get<{ files: OverlayFile[] }>('/overlay-files').then(({ value }) => {
      if (value) files.value = value.files;
    });
  }, []);
  return files;
}

/** The logos and backgrounds on the box, to add and remove. The box refuses what it cannot decode. */
export function Files({ files }: { files: Signal<readonly OverlayFile[]> }) {
  const { api, session } = usePage();
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const name =
      file.name
        .normalize('NFD')
        .replaceAll(/[^\w. -]/g, '')
        .replace(/^[^A-Za-z0-9]+/, '') || 'logo.png';
    const answer = await api.upload<{ files: OverlayFile[] }>(`/overlay-files/${encodeURIComponent(name)}`, file);
    const value = orTell(answer, texts.uploaded(name));
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
      <h2 id="files">{texts.files}</h2>
      <ul class="files-shelf">
        {files.value.map(({ name, size }) => (
          <li key={name}>
            <img src={logoUrl(name)} alt="" loading="lazy" />
            <span>
              {name} <span class="soft small">{bytes(size)}</span>
            </span>
            {session.access === 'admin' && (
              <Button kind="quiet" class="close" label={texts.removeFile(name)} onPress={() => remove(name)}>
                ×
              </Button>
            )}
          </li>
        ))}
      </ul>
      {session.access === 'admin' && (
        <div>
          <FileButton accept="image/png,image/jpeg,image/webp,image/svg+xml" onFile={take}>
            {texts.upload}
          </FileButton>
          <p class="soft small">{texts.uploadHelp}</p>
        </div>
      )}
    </section>
  );
}
