import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { selectedBy } from '../selecting.ts';
import { asPublished, ENGAGE, keptWhenMerging, publish, publisherOf, withoutDescriptions } from './publishing.ts';

/** `publish-engage`: publishes for viewers (facts/opencast 3.21). */
export const publishEngage = (needs: OperationNeeds): Operation => ({
  id: 'publish-engage',
  weight: 'light',
  async run(context) {
    const { keys, workflow } = context;
    const isMerge = keys.text('strategy') === 'merge';
    const before = await publisherOf(needs).published({ event: workflow.event, channel: ENGAGE });
    if (keys.flag('merge-only') && !before)
      return { kind: 'skip', why: 'it is not published, and only what is published is changed' };
    const loaded = selectedBy(context, { flavors: ['download-source-flavors'], tags: ['download-source-tags'] });
    const streamed = selectedBy(context, { flavors: ['streaming-source-flavors'], tags: ['streaming-source-tags'] });
    const downloads = asPublished(withoutDescriptions(loaded), keys, 'download');
    const streams = asPublished(withoutDescriptions(streamed), keys, 'streaming');
    if (downloads.length + streams.length === 0) {
      const isDescribed = isMerge && before !== undefined && loaded.length > 0;
      if (!isDescribed) return { kind: 'skip', why: 'nothing to publish has these flavors or tags' };
      context.log('title, people and access need not be published: they are always read from the event');
      return { kind: 'done' };
    }
    const keeps = isMerge ? keptWhenMerging(keys, [...downloads, ...streams]) : undefined;
    return publish(needs, context, { channel: ENGAGE, downloads, streams, keeps });
  },
});
