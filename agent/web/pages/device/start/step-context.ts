import { createContext } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';

/** Saves what was typed in a step; false: it cannot be saved, and the step says why; `later`: nothing was typed that it needs. */
export type Save = () => Promise<boolean | 'later'>;

/** What the wizard offers to its steps: going on saves what was typed. */
export interface Wizard {
  onNext: (save: Save | undefined) => void;
}

export const WizardContext = createContext<Wizard>({ onNext: () => undefined });

/** Has what was typed in this step saved before the next one. */
export function useSave(save: Save): void {
  const wizard = useContext(WizardContext);
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    wizard.onNext(() => latest.current());
    return () => wizard.onNext(undefined);
  }, []);
}
