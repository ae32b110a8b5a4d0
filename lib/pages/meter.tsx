import { number } from './format.ts';
import { FLOOR_DB, levelPart } from './level.ts';
import { texts } from './pages-texts.ts';

interface MeterSettings {
  label: string;
  /** Peaks of the left and right side in decibels; undefined is shown as silence. */
  level: { leftDb: number; rightDb: number } | undefined;
}

/** Peak meters for the left and right side. */
export function Meter({ label, level = { leftDb: FLOOR_DB, rightDb: FLOOR_DB } }: MeterSettings) {
  const bar = (side: string, db: number) => (
    <div
      class="bar"
      role="meter"
      aria-label={`${label}, ${side}`}
      aria-valuemin={FLOOR_DB}
      aria-valuemax={0}
      aria-valuenow={Math.round(Math.max(FLOOR_DB, db))}
      aria-valuetext={`${number(Math.max(FLOOR_DB, db))} dB`}
    >
      <i style={{ '--level': String(levelPart(db)) }} />
    </div>
  );
  return (
    <div class="meter">
      <span aria-hidden="true">{label}</span>
      <div>
        {bar(texts.left, level.leftDb)}
        {bar(texts.right, level.rightDb)}
      </div>
    </div>
  );
}
