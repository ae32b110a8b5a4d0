import { bytes, number } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { FoldCard } from './fold-card.tsx';
import { texts } from './now-texts.ts';

/** The hours that can still be recorded, for each disk. */
export function Storage() {
  const { box } = usePage();
  return (
    <FoldCard id="storage" title={texts.storage}>
      <ul class="rows disks">
        {box.disk.value.map(({ destination, folder, usable, hoursLeft, freeBytes, totalBytes }) => (
          <li key={destination} title={folder}>
            <span>{destination}</span>
            <span class={usable ? 'soft number' : 'mistake'}>
              {usable ? texts.hours(number(Math.floor(hoursLeft))) : texts.unusable}
            </span>
            <meter
              aria-label={destination}
              min={0}
              max={totalBytes || 1}
              high={totalBytes * 0.9}
              value={totalBytes - freeBytes}
            />
            <span class="soft small">{texts.free(bytes(freeBytes))}</span>
          </li>
        ))}
      </ul>
    </FoldCard>
  );
}
