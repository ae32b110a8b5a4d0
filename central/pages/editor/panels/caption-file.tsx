import { useSignal } from '@preact/signals';
import { bytes } from '@amphi/lib/pages/format.ts';
import { FileButton } from '@amphi/lib/pages/file-button.tsx';
import { tell } from '@amphi/lib/pages/toasts.ts';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import type { Cue } from '../model/captions.ts';

/** Bytes of a file of captions; a larger one is not sent. */
const MOST_BYTES = 8 << 20;

/** A button that reads captions from a file. The server reads it, and says what is wrong with it. */
export function CaptionFile({ onCues }: { onCues: (cues: readonly Omit<Cue, 'key'>[]) => void }) {
  const { api } = useEditor();
  const wrong = useSignal<(() => string) | undefined>(undefined);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    wrong.value = undefined;
    if (file.size > MOST_BYTES) return void (wrong.value = () => texts.captionFileLarge(bytes(file.size)));
    const { value, trouble } = await api.readCaptions(file);
    if (trouble) {
      const { status, text, line } = trouble;
      wrong.value = () => (status === 0 ? texts.away : line === undefined ? text : texts.captionLine(line, text));
      return;
    }
    const { cues, notes } = value;
    onCues(cues);
    tell('done', texts.captionsRead(cues.length));
    if (notes.length > 0) wrong.value = () => texts.captionsLeftOut(notes.join('; '));
  };
  return (
    <>
      <FileButton accept=".vtt,.srt,text/vtt" onFile={read}>
        {texts.captionFile}
      </FileButton>
      {wrong.value && (
        <p class="mistake" role="alert">
          {wrong.value()}
        </p>
      )}
    </>
  );
}
