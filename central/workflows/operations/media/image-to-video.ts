import { extname } from 'node:path';
import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationNeeds } from '../../run/operation.ts';
import { sourcesOf, targetOf } from '../selecting.ts';
import { named } from './commands/examined.ts';
import { profileNamed, runProfile } from './commands/run-profile.ts';
import { secondsText } from './commands/stills.ts';

/** Seconds of a film of a picture; a longer one is a mistake. */
const MOST_S = 24 * 3600;

/** `image-to-video`: makes a film of each picture. */
export const imageToVideo = (needs: OperationNeeds): Operation => ({
  id: 'image-to-video',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    const profile = profileNamed(needs, keys.needed('profile'));
    const seconds = keys.number('duration') ?? 0;
    if (!(seconds > 0 && seconds <= MOST_S))
      throw new OperationFailed(`image-to-video: duration is ${seconds}; seconds from 0.001 to ${MOST_S} are allowed`);
    const sources = sourcesOf(context).filter(({ kind }) => kind !== 'catalog');
    if (sources.length === 0) return { kind: 'skip', why: 'no picture has these flavors or tags' };
    const added: ElementRow[] = [];
    for (const source of sources) {
      if (!IMAGES.has(extname(source.file_name).toLowerCase()))
        throw new OperationFailed(`${named(source)} is no picture: ${[...IMAGES].join(', ')} are taken`);
      const run = { profile, source, values: { time: secondsText(seconds) }, durationMs: seconds * 1000 };
      const [made] = await runProfile(needs, context, { ...run, progress: context.progress });
      const { flavor, tags } = targetOf(context, source);
      added.push(await context.take({ file: made!.file, fileName: made!.fileName, kind: 'track', flavor, tags }));
    }
    return { kind: 'done', added };
  },
});

/** Endings of pictures that FFmpeg reads. */
const IMAGES: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.bmp', '.tif', '.tiff', '.webp', '.gif']);
