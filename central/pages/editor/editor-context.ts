import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { EditorStore } from './editor-store.ts';
import type { EditApi } from './server/edit-api.ts';
import type { Command } from './model/keys.ts';
import type { Films } from './films.ts';

/** What all parts of the editor use. */
export interface EditorParts {
  store: EditorStore;
  api: EditApi;
  films: Films;
  /** Carries out a command. */
  run: (command: Command) => void;
}

export const EditorContext = createContext<EditorParts | undefined>(undefined);

/** The parts of the editor. Throws outside of one. */
export function useEditor(): EditorParts {
  const parts = useContext(EditorContext);
  if (!parts) throw new Error('useEditor() outside of the editor');
  return parts;
}
