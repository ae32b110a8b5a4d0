/** Words of which the texts of decks are made: those of lectures, French ones with their accents. */

const FRENCH =
  `anatomie physiologie cellule membrane noyau protéine enzyme synthèse régulation hormone récepteur glande tissu
épithélium muscle squelette cœur ventricule oreillette artère veine capillaire pression débit résistance ventilation
poumon alvéole échange oxygène rein filtration glomérule néphron tubule sécrétion élimination foie métabolisme glucose
insuline diabète lipide cholestérol hépatique digestion intestin absorption neurone synapse potentiel membrane dépolarisation
réflexe moelle cerveau cortex hypothalamus mémoire sommeil vision rétine audition cochlée douleur inflammation immunité
lymphocyte anticorps antigène vaccin infection bactérie virus antibiotique résistance épidémie prévention dépistage
diagnostic traitement pronostic patient examen clinique observation hypothèse mesure moyenne variance écart échantillon
population probabilité risque facteur étude cohorte résultat conclusion méthode référence`.split(/\s+/);

const ENGLISH =
  `anatomy physiology cell membrane nucleus protein enzyme synthesis regulation hormone receptor gland tissue
muscle skeleton heart ventricle atrium artery vein capillary pressure output resistance breathing lung exchange oxygen
kidney filtration tubule secretion liver metabolism glucose insulin diabetes lipid digestion bowel absorption neuron
synapse potential reflex cortex memory sleep vision retina hearing pain inflammation immunity antibody antigen vaccine
infection bacteria virus antibiotic epidemic prevention screening diagnosis treatment outcome patient observation
hypothesis measure average variance sample population probability risk factor study cohort result conclusion method`.split(
    /\s+/,
  );

const LINKS = {
  fr: ['de la', 'du', 'et', 'par', 'dans le', 'sans', 'pour la'],
  en: ['of the', 'and', 'by', 'in the', 'without', 'for'],
};

/** A text of some words, with a capital at its beginning. */
export function someWords(random: () => number, count: number, language: 'fr' | 'en' = 'fr'): string {
  const words = language === 'fr' ? FRENCH : ENGLISH;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const text = Array.from({ length: count }, (_, at) =>
    at > 0 && at % 2 === 0 ? `${pick(LINKS[language])} ${pick(words)}` : pick(words),
  ).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
