import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Button } from './button.tsx';

interface FileSettings {
  children: ComponentChildren;
  /** Endings of file names or media types, separated by commas. */
  accept: string;
  /** Called with the chosen file, or undefined if none was chosen. The same file may be chosen again. */
  onFile: (file: File | undefined) => unknown;
}

/** A button that asks for a file of the reader's machine. */
export function FileButton({ children, accept, onFile }: FileSettings) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept={accept}
        onChange={(event) => {
          void onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <Button onPress={() => input.current?.click()}>{children}</Button>
    </>
  );
}
