import { Meter } from '#lib/pages/meter.tsx';
import { texts as pages } from '../device-texts.ts';
import { usePage } from '../page-context.ts';
import { Alarms } from './alarms.tsx';
import { LayoutPresets } from './layout-presets.tsx';
import { LivePicture } from './live-picture.tsx';
import { Machine } from './machine.tsx';
import { Recorder } from './recorder.tsx';
import { texts } from './now-texts.ts';
import { Sources } from './sources.tsx';
import { Storage } from './storage.tsx';
import { Streams } from './streams.tsx';
import { StartAgain } from '../start/steps.tsx';
import { Tablets } from '../tablets/tablets.tsx';
import './now.css';

/** The page *Now*: the state of the box, and the most used controls. */
export function Now() {
  return (
    <div class="now">
      <h1 class="unseen">{pages.now}</h1>
      <StartAgain />
      <div class="watch">
        <section class="stage" aria-label={texts.live}>
          <LivePicture />
          <OutputMeter />
        </section>
        <Sources />
      </div>
      <div class="act">
        <Recorder />
        <Alarms />
      </div>
      <LayoutPresets />
      <div class="facts-cards">
        <Streams />
        <Storage />
        <Machine />
        <Tablets />
      </div>
    </div>
  );
}

function OutputMeter() {
  const { box } = usePage();
  return <Meter label={texts.output} level={box.meters.value?.output} />;
}
