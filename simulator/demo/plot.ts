/** Who lectures, and on what: the one real recording that is known of the hall this began in. */
export const HALL = 'Amphi_D';
export const FRAME_RATE = 15;
export const TIME_ZONE = 'Europe/Paris';
export const METADATA = {
  title: 'Informations générales',
  presenter: 'Pr Étienne Lefèvre',
  series: 'PAES_2016_S2',
  course: 'Première année des études de santé',
};

/** Numbers and names of the factory's layouts. */
const BESIDE = { number: 2, name: 'PBP Upp RHT' };
const SIDE_BY_SIDE = { number: 7, name: 'Side By Side' };
const INSIDE = { number: 6, name: 'PIP Upp RHT' };

export type Deed = { layout: number } | { swapped: boolean } | { hall: 'camera kill' | 'camera back' };

export interface Act {
  /** After the beginning of the recording. */
  atMs: number;
  deed: Deed;
  words: string;
}

/** Number of the layout that a recording begins with. */
export const OPENING_LAYOUT = BESIDE.number;

/** What is shown before the recording begins. */
export const OPENING: readonly Deed[] = [{ layout: BESIDE.number }, { swapped: false }];

/** What happens during a recording of this length. */
export function plotOf(seconds: number): Act[] {
  const at = (part: number): number => Math.round(part * seconds * 1000);
  return [
    { atMs: at(0.15), deed: { layout: SIDE_BY_SIDE.number }, words: 'slides and camera side by side' },
    {
      atMs: at(0.3),
      deed: { hall: 'camera kill' },
      words: 'the camera dies: its port is closed, its connections are cut',
    },
    { atMs: at(0.5), deed: { hall: 'camera back' }, words: 'the camera is back' },
    { atMs: at(0.7), deed: { swapped: true }, words: 'slides and camera trade places' },
    { atMs: at(0.85), deed: { layout: INSIDE.number }, words: 'the slides go into a corner of the camera’s picture' },
  ];
}

/** The layouts that a recording of it shows, in order, as a verdict names them. */
export const LAYOUTS_SEEN = [
  BESIDE.name,
  SIDE_BY_SIDE.name,
  `${SIDE_BY_SIDE.name} (swapped)`,
  `${INSIDE.name} (swapped)`,
];
