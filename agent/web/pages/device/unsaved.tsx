import { useEffect } from 'preact/hooks';
import { Button } from '#lib/pages/button.tsx';
import { Dialog } from '#lib/pages/dialog.tsx';
import { texts } from './device-texts.ts';
import { goAnyway, unsaved, wished, type Whereabouts } from './route.ts';

/** Marks that changes would be lost by leaving; `stays` tells the addresses at which they are kept. */
export function useUnsaved(isUnsaved: boolean, stays: (to: Whereabouts) => boolean): void {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const mine = { stays };
    unsaved.value = mine;
    return () => {
      if (unsaved.peek() === mine) unsaved.value = undefined;
    };
  }, [isUnsaved]);
}

/** Asks before changes are lost. */
export function UnsavedDialog() {
  if (wished.value === undefined) return null;
  const stay = (): void => void (wished.value = undefined);
  return (
    <Dialog title={texts.unsavedTitle} onClose={stay}>
      <div class="form">
        <p>{texts.unsavedHelp}</p>
        <div class="choices end">
          <Button onPress={goAnyway}>{texts.leave}</Button>
          <Button kind="main" onPress={stay}>
            {texts.stay}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
