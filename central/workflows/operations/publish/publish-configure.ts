import { substituted } from '@amphi/lib/opencast/workflows/variables.ts';
import type { Keys } from '../../run/operation.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { selectedBy } from '../selecting.ts';
import {
  asPublished,
  channelNamed,
  ENGAGE,
  keptWhenMerging,
  publish,
  publisherOf,
  withoutDescriptions,
} from './publishing.ts';

/** `publish-configure`: publishes in a channel of any name, such as `internal`, which the editor shows. */
export const publishConfigure = (needs: OperationNeeds): Operation => ({
  id: 'publish-configure',
  weight: 'light',
  async run(context) {
    const { keys, workflow } = context;
    const channel = channelNamed(keys.needed('channel-id'));
    const url = urlBy(keys, context);
    const chosen = selectedBy(context, {
      flavors: ['source-flavor', 'source-flavors', 'download-source-flavors'],
      tags: ['source-tag', 'source-tags', 'download-source-tags'],
    });
    const streamed = selectedBy(context, { flavors: ['streaming-source-flavors'], tags: ['streaming-source-tags'] });
    const isWithPublished = keys.flag('with-published-elements');
    const published = isWithPublished
      ? ((await publisherOf(needs).published({ event: workflow.event, channel: ENGAGE })) ?? [])
      : [];
    const downloads = asPublished(withoutDescriptions([...chosen, ...published]), keys, 'download');
    const streams = asPublished(withoutDescriptions(streamed), keys, 'streaming');
    if (downloads.length + streams.length === 0 && url === undefined)
      return { kind: 'skip', why: 'nothing to publish has these flavors or tags' };
    const keeps = keys.text('strategy') === 'merge' ? keptWhenMerging(keys, [...downloads, ...streams]) : undefined;
    return publish(needs, context, { channel, url, mimeType: keys.text('mimetype'), downloads, streams, keeps });
  },
});

/** Address by `url-pattern`; undefined without the key. Throws `OperationFailed` for what is no address of the web. */
function urlBy(keys: Keys, { workflow, variables }: OperationContext): string | undefined {
  const pattern = keys.text('url-pattern');
  if (pattern === undefined) return undefined;
  const known = new Map([
    ['event_id', workflow.event],
    ['player_path', '/play/'],
    ['series_id', variables.get('seriesId') ?? ''],
  ]);
  const url = substituted(pattern, (name) => known.get(name));
  const isUrl = /^\/(?!\/)/.test(url) || (/^https?:\/\//.test(url) && URL.canParse(url));
  if (isUrl && !url.includes('${')) return url;
  throw new OperationFailed(
    `url-pattern: ${JSON.stringify(url.slice(0, 200))} is no address: https://…, or / and a path, with \${event_id} in it, would be`,
  );
}
