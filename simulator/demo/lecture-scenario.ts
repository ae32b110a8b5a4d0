/** Name of the demo's hall: that of the only real recording whose name is known. */
export const HALL = 'Amphi_D';
/** Frame rate of the demo. */
export const FRAME_RATE = 15;
/** Time zone of the hall. */
export const TIME_ZONE = 'Europe/Paris';
/** Metadata of the lecture. */
export const METADATA = {
  title: 'Informations générales',
  presenter: 'Pr Étienne Lefèvre',
  series: 'PAES_2016_S2',
  course: 'Première année des études de santé',
};

/** Numbers and names of factory layouts. */
const BESIDE = { number: 2, name: 'PBP Upp RHT' };
const SIDE_BY_SIDE = { number: 7, name: 'Side By Side' };
const INSIDE = { number: 6, name: 'PIP Upp RHT' };

/** An action of the demo. */
export type Action = { layout: number } | { swapped: boolean } | { hall: 'camera kill' | 'camera back' };

/** A step of the demo. */
export interface ScenarioStep {
  /** Milliseconds after the beginning of the recording. */
  atMs: number;
  action: Action;
  words: string;
}

/** Number of the layout with which a recording begins. */
export const OPENING_LAYOUT = BESIDE.number;

/** Actions before the recording begins. */
export const OPENING: readonly Action[] = [{ layout: BESIDE.number }, { swapped: false }];

/** The steps of a recording of this length. */
export function scenarioOf(seconds: number): ScenarioStep[] {
  const at = (part: number): number => Math.round(part * seconds * 1000);
  return [
    { atMs: at(0.15), action: { layout: SIDE_BY_SIDE.number }, words: 'slides and camera side by side' },
    {
      atMs: at(0.3),
      action: { hall: 'camera kill' },
      words: 'the camera dies: its port is closed, its connections are cut',
    },
    { atMs: at(0.5), action: { hall: 'camera back' }, words: 'the camera is back' },
    { atMs: at(0.7), action: { swapped: true }, words: 'slides and camera trade places' },
    { atMs: at(0.85), action: { layout: INSIDE.number }, words: 'the slides go into a corner of the camera’s picture' },
  ];
}

/** The layouts that such a recording shows, in order, by the names in a verdict. */
export const LAYOUTS_SEEN = [
  BESIDE.name,
  SIDE_BY_SIDE.name,
  `${SIDE_BY_SIDE.name} (swapped)`,
  `${INSIDE.name} (swapped)`,
];
