import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { channelNamed, retract } from './publishing.ts';

/** `retract-configure`: takes back what a channel has. */
export const retractConfigure = (needs: OperationNeeds): Operation => ({
  id: 'retract-configure',
  weight: 'light',
  run: async (context) => retract(needs, context, channelNamed(context.keys.needed('channel-id'))),
});
