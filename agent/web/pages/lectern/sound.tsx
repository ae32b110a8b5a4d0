import type { LecternView } from '../../lectern/shown.ts';
import { Button } from '#lib/pages/button.tsx';
import { Meter } from '#lib/pages/meter.tsx';
import { useLectern, useTap } from './lectern-context.ts';
import { texts } from './lectern-texts.ts';

/** The level of the sound, and the button to mute it. The request says what is wanted, so it can be sent twice. */
export function Sound({ view: { sound } }: { view: LecternView }) {
  const { store } = useLectern();
  const tap = useTap();
  return (
    <div class="sound">
      <Meter label={texts.sound} level={store.sound.value ?? sound} />
      <Button pressed={sound.muted} onPress={() => tap({ do: 'mute', muted: !sound.muted })}>
        {sound.muted ? texts.unmute : texts.mute}
      </Button>
    </div>
  );
}
