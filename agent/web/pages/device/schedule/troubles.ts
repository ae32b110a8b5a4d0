import type { Language } from '#lib/pages/words.ts';

/** What servers and networks answer, in French; the box says it in English (agent/schedule/server/wire.ts, answer.ts). */
const FRENCH: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/name is not known/, 'Le nom du serveur n’est pas connu du DNS.'],
  [/name server does not answer/, 'Le serveur de noms ne répond pas.'],
  [/nobody listens/, 'Personne n’écoute à cette adresse.'],
  [/connection was cut/, 'La connexion a été coupée.'],
  [/there is no way to it|there is no network/, 'Le réseau ne mène pas jusque-là.'],
  [/certificate has expired/, 'Le certificat du serveur a expiré.'],
  [/certificate is self-signed/, 'Le certificat du serveur est autosigné : indiquez son autorité (caFile).'],
  [/who signed its certificate/, 'L’autorité du certificat n’est pas connue ici : indiquez-la (caFile).'],
  [/certificate is for another name/, 'Le certificat est pour un autre nom.'],
  [/user or password are wrong/, 'Utilisateur ou mot de passe refusés.'],
  [/may not do that/, 'Cet utilisateur n’a pas ce droit là-bas.'],
  [/there is no such thing/, 'Le serveur ne connaît pas cela, ou pas cet appareil.'],
  [/does not answer|cannot be reached/, 'Le serveur ne répond pas.'],
  [/has no room/, 'Le serveur n’a plus de place.'],
  [/cannot do it now/, 'Le serveur est occupé.'],
  [/does not take that/, 'Le serveur refuse cela.'],
];

/** A reason as the box gives it, with what it means in the reader's language in front, where that is not the box's own. */
export function troubleIn(language: Language, text: string): string {
  if (language === 'en') return text;
  const found = FRENCH.find(([pattern]) => pattern.test(text));
  return found ? `${found[1]} (${text})` : text;
}
