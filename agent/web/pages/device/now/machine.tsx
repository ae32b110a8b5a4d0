import { number } from '../../shared/format.ts';
import { useDesk } from '../desk.ts';
import { said } from './said.ts';

/** How the box itself fares. */
export function Machine() {
  const { box } = useDesk();
  const frames = box.state.value?.seen.frames;
  if (!frames) return null;
  return (
    <section class="card" aria-labelledby="machine">
      <h2 id="machine">{said.machine}</h2>
      <ul class="rows">
        <li>
          <span>{said.pictures}</span>
          <span class="soft number">{number(frames.composed)}</span>
          <span class="soft small">{said.late(number(frames.late), number(frames.dropped))}</span>
        </li>
      </ul>
    </section>
  );
}
