import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import { knownOf, watchGrowing, type GrowingNeeds } from './growing-looks.ts';
import type { GrowingNotice } from './intake/growing/notices.ts';
import type { MediaStore } from './store/media-store.ts';
import type { Chunks } from './workflows/chunks/open-chunks.ts';
import type { Profiles } from './workflows/profiles/open-profiles.ts';
import { wantedAhead } from './workflows/wanted-ahead.ts';

/** What encoding ahead is done with. */
interface AheadNeeds extends GrowingNeeds {
  chunks: Pick<Chunks, 'aheadOfTime'>;
  store: Pick<MediaStore, 'at'>;
  profiles: Profiles;
}

/** Priority of jobs for recordings that grow: below those that a run waits for. */
const PRIORITY = -1;

/**
 * Encodes recordings while they are sent: whenever one has grown, jobs are sent for what the workflow of its event will
 * want of it. The result ends that.
 */
export function startAhead(needs: AheadNeeds): { close(): Promise<void> } {
  return watchGrowing(needs, 'a recording that grows is not encoded ahead', (notice) => sendAhead(needs, notice));
}

/** Milliseconds before the planned end of a lecture from which on little is left for after it. */
const SOON_MS = 45_000;

/** Whether a lecture ends soon, or might have ended by plan. */
const endsSoon = ({ endsAt }: { endsAt: Date | null }): boolean =>
  endsAt !== null && endsAt.getTime() - Date.now() < SOON_MS;

/** Sends jobs for what has come of a recording. */
async function sendAhead(needs: AheadNeeds, notice: GrowingNotice): Promise<void> {
  const { store, log } = needs;
  const known = await knownOf(needs, notice);
  if (!known) return;
  const { profiles, envelope } = wantedAhead(known, needs);
  if (profiles.length === 0 && !envelope) return;
  const { event } = known;
  const isWhole = notice.state === 'ended';
  const order = { event, source: store.at(notice.path), isWhole, endsSoon: endsSoon(known), priority: PRIORITY };
  const sent = await needs.chunks.aheadOfTime({ ...order, profiles, envelope });
  const left = isImpossible(sent) ? [sent] : sent.leftOut;
  for (const { why } of left) log.debug({ event, why }, 'not encoded ahead');
  if (!isImpossible(sent) && sent.jobs > 0) log.info({ event, jobs: sent.jobs, filmMs: sent.filmMs }, 'encoded ahead');
}
