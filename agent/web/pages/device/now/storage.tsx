import { bytes, number } from '../../shared/format.ts';
import { useDesk } from '../desk.ts';
import { said } from './said.ts';

/** How long recordings can go on, on each disk. */
export function Storage() {
  const { box } = useDesk();
  return (
    <section class="card" aria-labelledby="storage">
      <h2 id="storage">{said.storage}</h2>
      <ul class="rows disks">
        {box.disk.value.map(({ destination, folder, usable, hoursLeft, freeBytes, totalBytes }) => (
          <li key={destination} title={folder}>
            <span>{destination}</span>
            <span class={usable ? 'soft number' : 'mistake'}>
              {usable ? said.hours(number(Math.floor(hoursLeft))) : said.unusable}
            </span>
            <meter
              aria-label={destination}
              min={0}
              max={totalBytes || 1}
              high={totalBytes * 0.9}
              value={totalBytes - freeBytes}
            />
            <span class="soft small">{said.free(bytes(freeBytes))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
