import { LiveView } from '../../shared/live-view.tsx';
import { Meter } from '../../shared/meter.tsx';
import { said as pages } from '../said.ts';
import { useDesk } from '../desk.ts';
import { Alarms } from './alarms.tsx';
import { Layouts } from './layouts.tsx';
import { Machine } from './machine.tsx';
import { Recorder } from './recorder.tsx';
import { said } from './said.ts';
import { Sources } from './sources.tsx';
import { Storage } from './storage.tsx';
import { Streams } from './streams.tsx';
import { Tablets } from '../tablets/tablets.tsx';
import './now.css';

/** All at a glance, and what is done most. */
export function Now() {
  return (
    <div class="now">
      <h1 class="unseen">{pages.now}</h1>
      <section class="stage" aria-label={said.live}>
        <LiveView label={said.live} />
        <OutputMeter />
      </section>
      <Recorder />
      <Alarms />
      <Sources />
      <Layouts />
      <Streams />
      <Storage />
      <Machine />
      <Tablets />
    </div>
  );
}

function OutputMeter() {
  const { box } = useDesk();
  return <Meter label={said.output} level={box.meters.value?.output} />;
}
