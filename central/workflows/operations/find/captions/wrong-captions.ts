import { reasonNamed } from '../../../../catalogue/comments/reasons.ts';
import type { Database } from '../../../../store/connect.ts';
import { tellOnce } from '../tell-once.ts';

/** Captions that cannot be used, and why. */
export interface WrongCaptions {
  fileName: string;
  why: string;
}

/** Tells captions that were left out as comments on the event; one that is there already is not written again. */
export const tellWrong = (within: Database, event: string, wrong: readonly WrongCaptions[]): Promise<void> =>
  tellOnce(
    within,
    event,
    wrong.map(({ fileName, why }) => ({
      text: `Les sous-titres ${fileName} ne sont pas publiés.\nThe captions ${fileName} are not published: ${why}`,
      reason: reasonNamed('REVIEW'),
    })),
  );
