import type { Language } from '#lib/pages/words.ts';

/** Effects of applying a setting, besides that it counts from then on. The first row that matches counts. */
const EFFECTS: readonly (readonly [pattern: RegExp, words: Record<Language, string>])[] = [
  [
    /^device\.encoders\.archive\.(widthPx|heightPx|fps|hardware)$/,
    {
      fr: 'Tous les flux s’interrompent une seconde ou deux et les lecteurs se reconnectent.',
      en: 'All streams stop for a second or two, and players connect anew.',
    },
  ],
  [
    /^device\.encoderMode$/,
    {
      fr: 'Le flux principal montre aussitôt le canal A seul, ou de nouveau la mise en page ; le canal B a son propre flux, ou n’en a plus.',
      en: 'The archive stream shows channel A alone at once, or the layout again; channel B has a stream of its own, or no more.',
    },
  ],
  [
    /^device\.encoders\./,
    {
      fr: 'L’encodeur redémarre : le flux s’interrompt un instant.',
      en: 'The encoder starts anew: the stream stops for a moment.',
    },
  ],
  [
    /^device\.inputs\.\d\.source/,
    {
      fr: 'L’entrée se reconnecte ; d’ici là, sa dernière image reste, puis l’écran « pas de signal ».',
      en: 'The input is connected anew; until then its last picture stays, then the “no signal” slate.',
    },
  ],
  [
    /^device\.streams\.[\w-]+\.name$/,
    {
      fr: 'Les lecteurs doivent ouvrir la nouvelle adresse.',
      en: 'Players must open the new address.',
    },
  ],
  [
    /^device\.streams\./,
    { fr: 'Les lecteurs de ce flux sont déconnectés.', en: 'Players of this stream are disconnected.' },
  ],
  [
    /^device\.pushes/,
    {
      fr: 'Les envois concernés commencent, s’arrêtent ou se reconnectent.',
      en: 'What is sent there begins, ends, or is connected anew.',
    },
  ],
  [
    /^device\.sis\.ports\.https?$/,
    {
      fr: 'Cette page change d’adresse : ouvrez-la avec le nouveau port.',
      en: 'This page moves: open it with the new port.',
    },
  ],
  [
    /^device\.sis\.ports\./,
    { fr: 'Les automates doivent se connecter au nouveau port.', en: 'Controllers must connect to the new port.' },
  ],
  [/^hall$/, { fr: 'Les prochains fichiers porteront ce nom.', en: 'The next files carry this name.' }],
  [
    /^device\.(layout|shown|swapped|muted|routing|audio|locale|noSignalHoldMs|inputs\.\d\.(aspect|crop|picture))/,
    {
      fr: 'Se voit tout de suite dans ce qui est enregistré et diffusé.',
      en: 'Is seen and heard at once in what is recorded and streamed.',
    },
  ],
];

/**
 * Settings that can be seen or heard in a recording, or are written into it: the box refuses to change them while it
 * records. Those of the inputs in use belong to them.
 */
const TOUCHING =
  /^(hall|device\.(locale|routing|layout|shown|swapped|muted|noSignalHoldMs|audio|metadata|encoderMode|encoders\.archive(-b)?|sis\.(pattern|zone)))(\.|\[|$)/;

/** The changed keys that would affect a recording. Pure. */
export function touchesRecording(keys: readonly string[], routing: Readonly<Record<'A' | 'B', number>>): string[] {
  const inputs = Object.values(routing).map((number) => `device.inputs.${number}.`);
  return keys.filter((key) => TOUCHING.test(key) || inputs.some((input) => key.startsWith(input)));
}

/** The consequences of changes, each once. Pure. */
export function effectsOf(keys: readonly string[], language: Language): string[] {
  const found = keys.flatMap((key) => {
    const row = EFFECTS.find(([pattern]) => pattern.test(key.replaceAll(/\[\d+\]/g, '')));
    return row ? [row[1][language]] : [];
  });
  return [...new Set(found)];
}
