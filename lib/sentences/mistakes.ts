import type { Sentences } from './sentence.ts';

/**
 * Sentences about what is wrong with one value: those of the schemas, and those of zod
 * (https://zod.dev/error-customization).
 */
export const mistakes = {
  expectedButGot: {
    en: 'Invalid input: expected {type}, received {given}',
    plain: 'must be {type}, and is {given}',
    fr: 'attendu : {type}, reçu : {given}',
  },
  tooBig: { en: 'Too big: expected {type} to be <={most}', plain: 'at most {most}', fr: 'au plus {most}' },
  tooBigStrict: { en: 'Too big: expected {type} to be <{most}', plain: 'less than {most}', fr: 'moins de {most}' },
  tooSmall: { en: 'Too small: expected {type} to be >={least}', plain: 'at least {least}', fr: 'au moins {least}' },
  tooSmallStrict: {
    en: 'Too small: expected {type} to be >{least}',
    plain: 'more than {least}',
    fr: 'plus de {least}',
  },
  tooManyLetters: {
    en: 'Too big: expected string to have <={most} characters',
    plain: 'at most {most} characters',
    fr: 'au plus {most} caractères',
  },
  tooFewLetters: {
    en: 'Too small: expected string to have >={least} characters',
    plain: 'at least {least} characters',
    fr: 'au moins {least} caractères',
  },
  oneLetter: {
    en: 'Too small: expected string to have >=1 characters',
    plain: 'cannot be left empty',
    fr: 'ne peut pas rester vide',
  },
  tooManyItems: {
    en: 'Too big: expected array to have <={most} items',
    plain: 'at most {most} entries',
    fr: 'au plus {most} éléments',
  },
  tooFewItems: {
    en: 'Too small: expected array to have >={least} items',
    plain: 'at least {least} entries',
    fr: 'au moins {least} éléments',
  },
  notMultiple: {
    en: 'Invalid number: must be a multiple of {step}',
    plain: 'must be a multiple of {step}',
    fr: 'doit être un multiple de {step}',
  },
  oneOf: { en: 'Invalid option: expected one of {values}', plain: 'one of {values}', fr: 'au choix : {values}' },
  exactly: { en: 'Invalid input: expected {value}', plain: 'must be {value}', fr: 'doit être {value}' },
  oneOfThese: { en: 'must be one of {values}', fr: 'au choix : {values}' },
  wrongKind: {
    en: 'Invalid discriminator value. Expected {values}',
    plain: 'one of {values}',
    fr: 'au choix : {values}',
  },
  unknownKey: { en: 'Unrecognized key: {key}', plain: 'there is no key {key}', fr: 'clé inconnue : {key}' },
  unknownKeys: { en: 'Unrecognized keys: {keys}', plain: 'there are no keys {keys}', fr: 'clés inconnues : {keys}' },
  wrongForm: {
    en: 'Invalid string: must match pattern {pattern}',
    plain: 'has not the right form ({pattern})',
    fr: 'n’a pas la bonne forme ({pattern})',
  },
  wrongBeginning: {
    en: 'Invalid string: must start with {text}',
    plain: 'must begin with {text}',
    fr: 'doit commencer par {text}',
  },
  noIpv4: { en: 'Invalid IPv4 address', plain: 'is no IPv4 address', fr: 'n’est pas une adresse IPv4' },
  noIpv6: { en: 'Invalid IPv6 address', plain: 'is no IPv6 address', fr: 'n’est pas une adresse IPv6' },
  wrongInput: { en: 'Invalid input', plain: 'cannot be used', fr: 'valeur impossible' },
  wrongKey: { en: 'Invalid key in record', plain: 'cannot be a key', fr: 'clé impossible' },
  string: { en: 'string', plain: 'a text', fr: 'un texte' },
  number: { en: 'number', plain: 'a number', fr: 'un nombre' },
  int: { en: 'int', plain: 'a whole number', fr: 'un nombre entier' },
  boolean: { en: 'boolean', plain: 'yes or no', fr: 'oui ou non' },
  object: { en: 'object', plain: 'a group', fr: 'un groupe' },
  array: { en: 'array', plain: 'a list', fr: 'une liste' },
  record: { en: 'record', plain: 'a group', fr: 'un groupe' },
  null: { en: 'null', plain: 'nothing', fr: 'rien' },
  undefined: { en: 'undefined', plain: 'nothing', fr: 'rien' },
  notANumber: { en: 'NaN', plain: 'no number', fr: 'ce qui n’est pas un nombre' },
  controlCharacters: {
    en: 'has control characters: write plain text',
    fr: 'contient des caractères de commande : écrivez du texte simple',
  },
  hallForm: { en: 'must be 1 to 63 letters, digits, - or _', fr: 'de 1 à 63 lettres, chiffres, - ou _' },
  nameForm: { en: 'must be 1 to {most} letters, digits, - or _', fr: 'de 1 à {most} lettres, chiffres, - ou _' },
  beginWith: { en: 'must begin with {schemes}', fr: 'doit commencer par {schemes}' },
  noUrl: {
    en: 'is no URL: write scheme://host:port/path',
    fr: 'n’est pas une adresse : écrivez protocole://machine:port/chemin',
  },
  webUrl: { en: 'must be a URL: https://name/path', fr: 'doit être une adresse : https://nom/chemin' },
  anyUrl: { en: 'must be a URL', fr: 'doit être une adresse' },
  userInUrl: {
    en: 'has a user in it: put it into user and passwordFile',
    fr: 'contient un utilisateur : il a son propre champ',
  },
  absolutePath: { en: 'must be an absolute path', fr: 'doit être un chemin absolu, qui commence par /' },
  overlayFile: {
    en: 'must be the name of a file in the overlays folder',
    fr: 'doit être le nom d’un fichier du dossier des habillages',
  },
  destinationName: { en: 'must be the name of a destination', fr: 'doit être le nom d’une destination' },
  deviceName: { en: 'must be a device such as /dev/video0', fr: 'doit être un périphérique comme /dev/video0' },
  multicastAddress: {
    en: 'must be a multicast address (224.0.0.0 to 239.255.255.255)',
    fr: 'doit être une adresse multicast (224.0.0.0 à 239.255.255.255)',
  },
  cropSides: {
    en: 'left and right together must leave a tenth of the picture',
    fr: 'gauche et droite doivent laisser un dixième de l’image',
  },
  cropEnds: {
    en: 'top and bottom together must leave a tenth of the picture',
    fr: 'haut et bas doivent laisser un dixième de l’image',
  },
  beyondRight: {
    en: 'reaches beyond the right edge: x + width must be at most 1',
    fr: 'dépasse le bord droit : x + largeur ne peut pas dépasser 1',
  },
  beyondBottom: {
    en: 'reaches beyond the lower edge: y + height must be at most 1',
    fr: 'dépasse le bord inférieur : y + hauteur ne peut pas dépasser 1',
  },
  sameOverlay: { en: 'two overlays have the same name', fr: 'deux habillages ont le même nom' },
  samePush: { en: 'two push targets have the same id', fr: 'deux envois ont le même identifiant' },
  sameCalendar: { en: 'two calendars have the same name', fr: 'deux calendriers ont le même nom' },
  sameDestination: { en: 'two destinations have the same name', fr: 'deux destinations ont le même nom' },
  hostName: { en: 'must be the name of a host', fr: 'doit être le nom d’une machine' },
  noTimeServers: {
    en: 'must be at most eight names or addresses with one blank between: ntp.example.org 10.0.0.1',
    fr: 'au plus huit noms ou adresses, séparés par une espace : ntp.example.org 10.0.0.1',
  },
  noZone: {
    en: 'is no time zone: write one such as Europe/Paris',
    fr: 'n’est pas un fuseau horaire : écrivez-en un comme Europe/Paris',
  },
  sendingHours: { en: 'must be hours such as 19:00-07:00', fr: 'doit être un horaire comme 19:00-07:00' },
  workflowId: { en: 'must be the id of a workflow', fr: 'doit être l’identifiant d’un traitement (workflow)' },
  flavorForm: { en: 'must be a flavor such as {example}', fr: 'doit être un type (flavor) comme {example}' },
  retryOrder: {
    en: 'handOver.mostRetrySeconds must not be less than handOver.firstRetrySeconds',
    fr: 'l’attente la plus longue ne peut pas être plus courte que la première',
  },
  noSuchKey: { en: 'there is no such key', fr: 'cette clé n’existe pas' },
  machineKey: {
    en: 'belongs to the machine: it is set in the file that the box is started with',
    fr: 'appartient à la machine : se règle dans le fichier avec lequel l’appareil démarre',
  },
  asInPath: { en: 'must be {name}, as in the path', fr: 'doit être {name}, comme dans l’adresse' },
  fromToOrder: { en: 'from must not be larger than to', fr: 'le début ne peut pas dépasser la fin' },
  oldSettings: {
    en: 'it is no settings file of this version',
    fr: 'ce n’est pas un fichier de réglages de cette version',
  },
  nothingToChange: { en: 'there is nothing to change', fr: 'il n’y a rien à changer' },
  laterThanStart: { en: 'must be later than startsAtMs', fr: 'doit venir après le début' },
  dayAtMost: { en: 'must be at most 24 hours after startsAtMs', fr: 'au plus 24 heures après le début' },
  theFile: { en: 'must be the file', fr: 'doit être le fichier' },
  keyForm: { en: 'must be 1 to 200 printable characters', fr: 'de 1 à 200 caractères imprimables' },
  keysAndValues: { en: 'must be a list of keys and values', fr: 'doit être une liste de clés et de valeurs' },
  secretElsewhere: {
    en: '{hidden} stands for a secret of another address or user, or of none: write the secret itself',
    fr: '{hidden} remplace le secret d’une autre adresse ou d’un autre utilisateur, ou d’aucun : écrivez le secret lui-même',
  },
  secretLost: {
    en: '{file}: {at}: the secret is hidden as ***, and this box has none for it: write it out, or export with --secrets',
    fr: '{file}, {at} : le secret est masqué (***) et cet appareil n’en a pas : écrivez-le, ou exportez avec --secrets',
  },
  inFileAt: { en: 'configuration:{line}:{column}: {key}: {mistake}', fr: 'ligne {line}, {key} : {mistake}' },
  inFile: { en: 'configuration: {key}: {mistake}', fr: '{key} : {mistake}' },
  fileLine: { en: 'configuration:{line}:{column}: {mistake}', fr: 'ligne {line}, colonne {column} : {mistake}' },
} as const satisfies Sentences;
