import type { Sentences } from './sentence.ts';

/**
 * Sentences about sources, pushes and overlays: why there is no picture. Some are words of FFmpeg and of the network.
 */
export const pictures = {
  noAnswer: { en: 'it does not answer', fr: 'pas de réponse' },
  targetSilent: { en: 'the target does not answer', fr: 'la destination ne répond pas' },
  sourceEnded: { en: 'the source ended', fr: 'la source s’est arrêtée' },
  noFrames: { en: 'no frames arrive', fr: 'aucune image n’arrive' },
  inputOff: { en: 'this input is off', fr: 'cette entrée est éteinte' },
  othersTried: {
    en: 'other sources are being looked at: try again in a moment',
    fr: 'd’autres sources sont en cours d’essai : réessayez dans un instant',
  },
  noPictureWithin: { en: 'no picture came within {seconds} s', fr: 'aucune image n’est venue en {seconds} s' },
  noPictureAtAll: { en: 'no picture', fr: 'pas d’image' },
  unknownHost: { en: 'nobody knows the name {host}', fr: 'personne ne connaît le nom {host}' },
  connectionRefused: { en: 'nobody listens at this address and port', fr: 'rien n’écoute à cette adresse et ce port' },
  unreachable: { en: 'the network has no way to it', fr: 'le réseau n’y mène pas' },
  timedOut: { en: 'it did not answer in time', fr: 'pas de réponse à temps' },
  loginRefused: {
    en: 'user name or password are refused',
    fr: 'nom d’utilisateur ou mot de passe refusés',
  },
  forbidden: { en: 'it refuses to show this', fr: 'elle refuse de montrer cela' },
  noSuchStream: {
    en: 'the address is right, but it has no such stream',
    fr: 'l’adresse répond, mais n’a pas ce flux',
  },
  noVideo: { en: 'it has no picture in it', fr: 'il n’y a pas d’image dedans' },
  noDevice: { en: 'there is no such device', fr: 'ce périphérique n’existe pas' },
  deviceBusy: { en: 'another program has this device', fr: 'un autre programme tient ce périphérique' },
  exitCode: { en: 'exit code {code}', fr: 'code de fin {code}' },
  noColour: {
    en: '{text} is no colour: write a CSS name, #rrggbb, #rrggbbaa, rgb(…) or hsl(…)',
    fr: '{text} n’est pas une couleur : écrivez un nom CSS, #rrggbb, #rrggbbaa, rgb(…) ou hsl(…)',
  },
  lettersTooBig: {
    en: 'letters of {size} canvas heights: write a part of the height, such as 0.05',
    fr: 'lettres de {size} hauteurs d’image : écrivez une partie de la hauteur, comme 0,05',
  },
  pictureSize: {
    en: 'a picture of {size}: sides must be 1 to {most} pixels',
    fr: 'image de {size} : les côtés vont de 1 à {most} pixels',
  },
  opacityRange: { en: 'an opacity of {opacity}: it goes from 0 to 1', fr: 'opacité {opacity} : elle va de 0 à 1' },
  noOverlayName: {
    en: '{name} is no name of a file in the overlays folder',
    fr: '{name} n’est pas un nom de fichier du dossier des habillages',
  },
  overlayLink: {
    en: '{name} is a link or a device: the overlays folder takes only files',
    fr: '{name} est un lien ou un périphérique : le dossier des habillages ne prend que des fichiers',
  },
  overlayUnread: { en: '{name} cannot be read: {code}', fr: '{name} ne peut pas être lu : {code}' },
  overlayTooBig: {
    en: '{name} has {megabytes} MB: a picture may have 20 MB',
    fr: '{name} fait {megabytes} Mo : une image peut en faire 20',
  },
  overlayUndecoded: { en: '{name} cannot be decoded: {why}', fr: '{name} ne peut pas être décodé : {why}' },
} as const satisfies Sentences;
