import type { Rect } from '#lib/media/geometry.ts';
import { randomFrom } from '../pictures/render.ts';
import { chart, framed, LOOKS, photo, points, table, type Look } from './deck-look.ts';
import { someWords } from './deck-words.ts';

/** One state of the slide screen. */
export interface Shown {
  fromMs: number;
  /** SVG of 1280x720. */
  svg: string;
  /** Whether this is another slide, or the same one with something added. */
  isNew: boolean;
  /** Words of the slide, by which a reading of it is judged. */
  title: string;
  lines: readonly string[];
  /** Number of the slide, from 0; one that is shown again keeps its number. */
  slide: number;
  /** Milliseconds in which it fades in; 0: at once. */
  fadeMs: number;
  /** Film in the slide, in parts of the slide; it plays for `playsMs` and stands still then. */
  film?: { rect: Rect; playsMs: number };
}

/** What a deck is to show. */
export interface DeckPlan {
  name: string;
  seed: number;
  look: keyof typeof LOOKS;
  language?: 'fr' | 'en';
  /** Kinds of slides, in turn. */
  bodies: readonly Body[];
  count: number;
  /** Shortest and longest time of a slide. */
  lastsMs: readonly [number, number];
  fadeMs?: number;
  /** Each so many slides, an earlier one is shown again. */
  returnsEvery?: number;
  /** Before such a return, the slides between are leafed through, each for so long. */
  leafsMs?: number;
  pointer?: boolean;
  /** Where camera and slides are, in parts of the picture, from when on; without it slides fill the picture. */
  scenes?: readonly Scene[];
  /** A small animation that never stops. */
  spinner?: boolean;
}
/** A kind of slide. */
export type Body =
  | 'points'
  | 'build-up'
  | 'dimmed'
  | 'photo'
  | 'two photos'
  | 'chart'
  | 'table'
  | 'film'
  | 'whole film'
  | 'title';

/** Places of slides and camera, in parts of the picture. */
export interface Scene {
  fromMs: number;
  slides: Rect;
  camera?: Rect;
}

/** A deck with all its states, whose times are the truth about it. */
export interface Deck extends DeckPlan {
  shown: readonly Shown[];
  lengthMs: number;
}

const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };
/** Time between two steps of a slide that is built up. */
const STEP_MS = 3600;

/** Makes the deck of a plan; the same plan makes the same deck. */
export function makeDeck(plan: DeckPlan): Deck {
  const random = randomFrom(plan.seed);
  // The first numbers of near seeds are near each other.
  for (let skip = 0; skip < 8; skip++) random();
  const shown: Shown[] = [];
  let nowMs = 0;
  const lasts = (): number => Math.round(plan.lastsMs[0] + random() * (plan.lastsMs[1] - plan.lastsMs[0]));
  for (let slide = 0; slide < plan.count; slide++) {
    const states = statesOf(plan, slide, random);
    for (const [step, state] of states.entries()) {
      shown.push({ ...state, fromMs: nowMs, isNew: step === 0, slide, fadeMs: plan.fadeMs ?? 0 });
      const isLast = step === states.length - 1;
      nowMs += isLast ? Math.max(lasts(), (state.film?.playsMs ?? 0) + 4000) : STEP_MS;
    }
    if (plan.returnsEvery && slide > 1 && slide % plan.returnsEvery === 0)
      nowMs = goBack(shown, slide, nowMs, plan, lasts());
  }
  return { ...plan, shown, lengthMs: nowMs };
}

/** Shows the slide before the last two again, then goes on; the slides between are leafed through if the plan says so. */
function goBack(shown: Shown[], slide: number, nowMs: number, plan: DeckPlan, lastsMs: number): number {
  const lastOf = (number: number): Shown => shown.findLast((one) => one.slide === number) as Shown;
  const again = (number: number, fromMs: number): void => {
    const { film: _, ...still } = lastOf(number);
    shown.push({ ...still, fromMs, isNew: true });
  };
  let at = nowMs;
  if (plan.leafsMs) {
    again(slide - 1, at);
    at += plan.leafsMs;
  }
  again(slide - 2, at);
  return at + lastsMs;
}

type State = Pick<Shown, 'svg' | 'title' | 'lines' | 'film'>;

function statesOf(plan: DeckPlan, slide: number, random: () => number): State[] {
  const look = LOOKS[plan.look];
  const body = plan.bodies[slide % plan.bodies.length] as Body;
  const words = (count: number): string => someWords(random, count, plan.language);
  const title = words(3);
  const lines = Array.from({ length: 3 + Math.floor(random() * 3) }, () => words(4));
  const one = (inside: string, texts: readonly string[] = [], film?: Shown['film']): State => ({
    svg: framed(look, slide + 1, title, inside),
    title,
    lines: texts,
    ...(film ? { film } : {}),
  });
  const builders: Record<Body, () => State[]> = {
    title: () => [one(`<rect x="64" y="300" width="10" height="200" fill="${look.accent}"/>`)],
    points: () => [one(points(look, lines), lines)],
    'build-up': () => lines.map((_, at) => one(points(look, lines.slice(0, at + 1)), lines.slice(0, at + 1))),
    dimmed: () => lines.map((_, at) => one(points(look, lines.slice(0, at + 1), at), lines.slice(0, at + 1))),
    photo: () => [one(photo(random, { x: 340, y: 180, width: 600, height: 440 }))],
    'two photos': () => twoPhotos(look, slide, title, random),
    chart: () => [one(chart(look, random))],
    table: () => {
      const names = lines.map((line) => line.split(' ').slice(0, 2).join(' '));
      return [one(table(look, random, names), names)];
    },
    film: () => [
      one(points(look, lines.slice(0, 2)), lines.slice(0, 2), {
        rect: { x: 0.3, y: 0.5, width: 0.4, height: 0.4 },
        playsMs: 14_000,
      }),
    ],
    'whole film': () => [one('', [], { rect: WHOLE, playsMs: 24_000 })],
  };
  return builders[body]();
}

/** A picture that comes up beside another one. */
function twoPhotos(look: Look, slide: number, title: string, random: () => number): State[] {
  const first = photo(random, { x: 80, y: 180, width: 500, height: 400 });
  const second = photo(random, { x: 680, y: 180, width: 500, height: 400 });
  return [first, first + second].map((inside) => ({ svg: framed(look, slide + 1, title, inside), title, lines: [] }));
}

/** The places of slides and camera at a time. */
export const sceneAt = (deck: DeckPlan, timeMs: number): Scene =>
  deck.scenes?.findLast(({ fromMs }) => fromMs <= timeMs) ?? { fromMs: 0, slides: WHOLE };

/** The truth: when each slide began that was shown for at least so long, and which one it was. */
export function trueSlides(deck: Deck, leastMs: number): { atMs: number; slide: number }[] {
  const news = deck.shown.filter(({ isNew }) => isNew);
  return news.flatMap(({ fromMs, slide, film }, at) => {
    const endMs = news[at + 1]?.fromMs ?? deck.lengthMs;
    if (endMs - fromMs < leastMs) return [];
    // A film that fills the screen is followed by its own slide's last picture, which is no other slide.
    return film ? [{ atMs: fromMs, slide }] : [{ atMs: fromMs, slide }];
  });
}
