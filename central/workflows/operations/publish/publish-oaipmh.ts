import type { Keys } from '../../run/operation.ts';
import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { selectedBy } from '../selecting.ts';
import { channelNamed, keptWhenMerging, publish, publisherOf, retract, withoutDescriptions } from './publishing.ts';

/** Channel of a repository, by Opencast's name. Throws `OperationFailed` for a name that cannot stand in an address. */
const channelOf = (keys: Keys): string => `oaipmh-${channelNamed(keys.needed('repository'))}`;

/** Address of a repository. */
const urlOf = (channel: string): string => `/oaipmh/${channel.slice('oaipmh-'.length)}?verb=ListMetadataFormats`;

/** `publish-oaipmh`: publishes in a repository of OAI-PMH. */
export const publishOaipmh = (needs: OperationNeeds): Operation => ({
  id: 'publish-oaipmh',
  weight: 'light',
  async run(context) {
    const channel = channelOf(context.keys);
    const downloads = selectedBy(context, { flavors: ['download-flavors'], tags: ['download-tags'] });
    const streams = selectedBy(context, { flavors: ['streaming-flavors'], tags: ['streaming-tags'] });
    return publish(needs, context, {
      channel,
      url: urlOf(channel),
      mimeType: 'text/xml',
      downloads: withoutDescriptions(downloads),
      streams: withoutDescriptions(streams),
    });
  },
});

/** `republish-oaipmh`: replaces elements of what a repository has. */
export const republishOaipmh = (needs: OperationNeeds): Operation => ({
  id: 'republish-oaipmh',
  weight: 'light',
  async run(context) {
    const { keys, workflow } = context;
    const channel = channelOf(keys);
    if (!(await publisherOf(needs).published({ event: workflow.event, channel })))
      return { kind: 'skip', why: `nothing of it was published in ${channel}` };
    const chosen = selectedBy(context, { flavors: ['source-flavors'], tags: ['source-tags'] });
    const downloads = withoutDescriptions(chosen);
    if (downloads.length === 0) {
      context.log('title, people and access need not be published: they are always read from the event');
      return { kind: 'done' };
    }
    const keeps = keptWhenMerging(keys, downloads);
    return publish(needs, context, {
      channel,
      url: urlOf(channel),
      mimeType: 'text/xml',
      downloads,
      streams: [],
      keeps,
    });
  },
});

/** `retract-oaipmh`: takes it back from a repository. */
export const retractOaipmh = (needs: OperationNeeds): Operation => ({
  id: 'retract-oaipmh',
  weight: 'light',
  run: async (context) => retract(needs, context, channelOf(context.keys)),
});
