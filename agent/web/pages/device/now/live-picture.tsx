import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import type { Wanted } from '../../shared/api-types.ts';
import { LiveView } from '../../shared/live-view.tsx';
import { usePage } from '../page-context.ts';
import { texts } from './now-texts.ts';

/** The stream of each output mode. */
const STREAM_OF = { confidence: 'confidence', 'channel-a': 'archive', 'channel-b': 'archive-b' } as const;
const NAMES = { confidence: 'layout', 'channel-a': 'channelA', 'channel-b': 'archive-b' } as const;
const CHOICES = ['confidence', 'channel-a', 'channel-b'] as const;

/**
 * The live picture of what is recorded. In dual mode that is each channel alone, so there is a choice of a channel or
 * the layout, which begins with what the output shows.
 */
export function LivePicture() {
  const { box } = usePage();
  const chosen = useSignal<Wanted['outputMode'] | undefined>(undefined);
  const wanted = box.state.value?.wanted;
  if (wanted?.encoderMode !== 'dual') return <LiveView label={texts.live} />;
  const shown = chosen.value ?? wanted.outputMode;
  return (
    <>
      <div class="choices" role="group" aria-label={texts.livePicture}>
        {CHOICES.map((choice) => (
          <Button key={choice} pressed={shown === choice} onPress={() => void (chosen.value = choice)}>
            {texts[NAMES[choice]]}
          </Button>
        ))}
      </div>
      <LiveView label={texts[NAMES[shown]]} stream={STREAM_OF[shown]} />
    </>
  );
}
