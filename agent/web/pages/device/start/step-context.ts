import { createContext } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';

/**
 * Saves what was typed in a step. False: it could not be saved, and the step says why. `later`: nothing was typed, so
 * the step is put off.
 */
export type Save = () => Promise<boolean | 'later'>;

/** What the wizard offers to its steps: the button to go on calls `save`. */
export interface Wizard {
  onNext: (save: Save | undefined) => void;
}

export const WizardContext = createContext<Wizard>({ onNext: () => undefined });

/** Makes the wizard call `save` before the next step. */
export function useSave(save: Save): void {
  const wizard = useContext(WizardContext);
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    wizard.onNext(() => latest.current());
    return () => wizard.onNext(undefined);
  }, []);
}
