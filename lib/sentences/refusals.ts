import type { Sentences } from './sentence.ts';

/** Sentences that say why the box does not do what it was asked for. */
export const refusals = {
  nothingRecorded: { en: 'nothing is being recorded', fr: 'rien n’est enregistré en ce moment' },
  alreadyRecording: {
    en: 'a recording is running already: stop it first',
    fr: 'un enregistrement est déjà en cours : arrêtez-le d’abord',
  },
  recordingRuns: {
    en: 'a recording runs: stop it first',
    fr: 'un enregistrement est en cours : arrêtez-le d’abord',
  },
  touchesRecording: {
    en: 'a recording runs, and these would touch it: {keys}',
    fr: 'un enregistrement est en cours, et ceci le toucherait : {keys}',
  },
  restartsRecording: {
    en: 'a recording runs, and the box would have to begin anew',
    fr: 'un enregistrement est en cours, et l’appareil devrait redémarrer',
  },
  noEnd: {
    en: 'this recording has no end to extend: it goes on until it is stopped',
    fr: 'cet enregistrement n’a pas de fin à repousser : il dure jusqu’à l’arrêt',
  },
  encoderRecorded: {
    en: 'the archive encoder cannot be changed while it is recorded: stop first',
    fr: 'l’encodeur principal ne change pas pendant un enregistrement : arrêtez-le d’abord',
  },
  encoderRecordedPreset: {
    en: 'an archive encoder cannot be changed while it is recorded',
    fr: 'un encodeur principal ne change pas pendant un enregistrement',
  },
  encoderModeRecorded: {
    en: 'the encoder mode cannot be changed while a recording runs: stop it first',
    fr: 'le mode d’encodage ne change pas pendant un enregistrement : arrêtez-le d’abord',
  },
  channelBNameTaken: {
    en: 'the streams of channel B and {other} are both named {name}: rename one first',
    fr: 'les flux du canal B et {other} s’appellent tous deux {name} : renommez-en un d’abord',
  },
  confidenceNotRecorded: {
    en: 'the confidence stream is never recorded: leave out "recorded"',
    fr: 'le flux de contrôle n’est jamais enregistré : omettez « recorded »',
  },
  confidenceOverlays: {
    en: 'the confidence stream shows the layout, with its overlays: leave out "overlaysOf"',
    fr: 'le flux de contrôle montre la mise en page, avec ses textes et logos : omettez « overlaysOf »',
  },
  channelBByMode: {
    en: 'channel B is encoded in dual mode: set that by encoder.mode',
    fr: 'le canal B est encodé en mode double : réglez-le par encoder.mode',
  },
  profileRecorded: {
    en: 'a profile cannot be recalled while a recording runs',
    fr: 'un profil ne se rappelle pas pendant un enregistrement',
  },
  archiveAlwaysOn: {
    en: 'the archive encoder is always on: leave out "enabled"',
    fr: 'l’encodeur principal est toujours en marche',
  },
  settingsTooSmall: {
    en: 'these settings are too small for what is recorded',
    fr: 'ces réglages sont trop petits pour ce qui est enregistré',
  },
  streamNameTaken: {
    en: 'the {other} stream is named {name} already',
    fr: 'l’autre flux ({other}) s’appelle déjà {name}',
  },
  pushesFull: { en: '32 push targets at most', fr: '32 envois au plus' },
  noPush: { en: 'no push target has the id {id}', fr: 'aucun envoi n’a l’identifiant {id}' },
  pushTaken: { en: 'there is a push target {id} already', fr: 'il y a déjà un envoi {id}' },
  inputOfOther: {
    en: 'input {input} does not feed channel {channel}: A takes 1 and 2, B takes 3 to 5',
    fr: 'l’entrée {input} n’alimente pas le canal {channel} : A prend 1 et 2, B prend 3 à 5',
  },
  inputOfOtherShort: {
    en: 'input {input} does not feed channel {channel}',
    fr: 'l’entrée {input} n’alimente pas le canal {channel}',
  },
  noWindow: {
    en: 'the layout {name} has no window for channel {channel}',
    fr: 'la mise en page {name} n’a pas de fenêtre pour le canal {channel}',
  },
  overlaysFull: { en: 'a layout has 32 overlays at most', fr: 'une mise en page a 32 habillages au plus' },
  noOverlay: { en: 'no overlay is named {name}', fr: 'aucun habillage ne s’appelle {name}' },
  noPreset: { en: 'there is no layout preset {number}', fr: 'il n’y a pas de mise en page {number}' },
  nothingSaved: {
    en: 'nothing is saved under this number',
    fr: 'rien n’est enregistré sous ce numéro',
  },
  keptFull: { en: 'no room for more kept values', fr: 'plus de place pour d’autres valeurs gardées' },
  forAdministrators: { en: '{request} is for administrators', fr: '{request} est réservé à l’administrateur' },
  forRole: { en: 'this is for {role}, not for {asker}', fr: 'ceci est réservé à {role}, pas à {asker}' },
  overlayName: {
    en: 'the name must be of letters, digits, - and _, and end in .png, .jpg, .webp or .svg',
    fr: 'le nom est fait de lettres, chiffres, - et _, et finit par .png, .jpg, .webp ou .svg',
  },
  noOverlayFile: { en: 'there is no overlay file {name}', fr: 'il n’y a pas de fichier d’habillage {name}' },
  noPicture: { en: 'there is no picture {name}', fr: 'il n’y a pas d’image {name}' },
  noPictureNow: { en: 'there is no picture to be had now', fr: 'il n’y a pas d’image pour l’instant' },
  noRecording: { en: 'there is no recording {id}', fr: 'il n’y a pas d’enregistrement {id}' },
  noRecordingNamed: { en: 'no recording is named {id}', fr: 'aucun enregistrement ne s’appelle {id}' },
  noFileOfRecording: {
    en: 'the recording {id} has no file {name}',
    fr: 'l’enregistrement {id} n’a pas de fichier {name}',
  },
  nobodyToSendTo: {
    en: 'there is no recording {id}, or nobody to hand it to',
    fr: 'il n’y a pas d’enregistrement {id}, ou pas de serveur à qui le remettre',
  },
  fileGone: { en: '{name} is gone', fr: '{name} n’est plus là' },
  noFile: { en: '{name} is no file', fr: '{name} n’est pas un fichier' },
  beingRecorded: { en: '{id} is being recorded', fr: '{id} est en cours d’enregistrement' },
  recorderCloses: { en: 'the recorder is closing', fr: 'l’enregistreur se ferme' },
  recordsAlready: { en: 'already recording {id}', fr: '{id} est déjà en cours d’enregistrement' },
  streamOff: { en: 'the {stream} stream does not run', fr: 'le flux {stream} ne tourne pas' },
  tooManyWatch: { en: 'too many watch already', fr: 'trop de personnes regardent déjà' },
  tooManyListen: { en: 'too many listen already', fr: 'trop de pages sont ouvertes' },
  noTablet: { en: 'no tablet is paired as {id}', fr: 'aucune tablette n’est reliée sous {id}' },
  scheduleStarts: { en: 'the schedule is being started', fr: 'le planning démarre' },
  noServer: {
    en: 'no server is configured: set schedule.opencast',
    fr: 'aucun serveur n’est réglé : indiquez-le d’abord',
  },
  serverFixed: {
    en: 'the file that the box is started with names the server',
    fr: 'le serveur est nommé dans le fichier avec lequel l’appareil démarre',
  },
  fixedInFile: {
    en: 'the file that the box is started with says this',
    fr: 'ceci est dit par le fichier avec lequel l’appareil démarre',
  },
  schedulerNotHere: { en: 'scheduler: it cannot be set here', fr: 'le serveur du planning ne se règle pas ici' },
  schedulerKept: { en: 'scheduler: {why}', fr: 'serveur du planning : {why}' },
  eventElsewhere: {
    en: 'the box has no event {id}: those of calendars are changed there',
    fr: 'cet événement n’est pas de l’appareil : ceux des calendriers se modifient là-bas',
  },
  eventCancelledElsewhere: {
    en: 'the box has no event {id}: those of calendars are cancelled there',
    fr: 'cet événement n’est pas de l’appareil : ceux des calendriers s’annulent là-bas',
  },
  nothingToFetch: { en: 'there is nothing to fetch here', fr: 'il n’y a rien à prendre ici' },
  wrongToken: { en: 'this is not the token of this box', fr: 'ce n’est pas le jeton de cet appareil' },
  wrongPassword: {
    en: 'there is no such account, or this is not its password',
    fr: 'ce compte n’existe pas, ou ce n’est pas son mot de passe',
  },
  presentPassword: {
    en: 'the present password is another one',
    fr: 'le mot de passe actuel n’est pas celui-là',
  },
  wrongCode: {
    en: 'this code is not shown by the box, or no longer: have a new one shown on its page',
    fr: 'ce code n’est pas, ou plus, affiché par l’appareil : faites-en afficher un nouveau',
  },
  signIn: {
    en: 'sign in, or bring the token (Authorization: Bearer …)',
    fr: 'connectez-vous, ou donnez le jeton (Authorization: Bearer …)',
  },
  tooManyTries: {
    en: 'too many wrong tries from this address: wait a little',
    fr: 'trop d’essais manqués depuis cette adresse : attendez un peu',
  },
  passwordForm: {
    en: 'a password has 8 to 128 characters that can be printed, without space and |',
    fr: 'un mot de passe a 8 à 128 caractères imprimables, sans espace ni |',
  },
  passwordFormAny: {
    en: 'a password has 1 to 128 characters that can be printed, without space and |',
    fr: 'un mot de passe a 1 à 128 caractères imprimables, sans espace ni |',
  },
  passwordNeeded: {
    en: 'a user password needs one of admin, and admin needs one unless the configuration allows none',
    fr: 'un mot de passe d’utilisateur suppose celui d’admin, et admin doit en avoir un',
  },
  tooManyPasswords: { en: '{why}: wait {seconds} s', fr: '{why} : attendez {seconds} s' },
  wrongHost: {
    en: 'this box is not called {name}: use its address, or add the name to its configuration',
    fr: 'cet appareil ne s’appelle pas {name} : utilisez son adresse, ou ajoutez ce nom à sa configuration',
  },
  headersTooLarge: {
    en: 'the headers are larger than is taken here',
    fr: 'les en-têtes sont plus gros que ce qui est accepté ici',
  },
  tooSlow: { en: 'the request took too long to come', fr: 'la demande a mis trop de temps à venir' },
  noHttp: { en: 'this is no HTTP request that can be read', fr: 'ce n’est pas une demande HTTP lisible' },
  wrongTokens: { en: 'too many wrong tokens', fr: 'trop de jetons faux' },
  wrongPasswordsMany: { en: 'too many wrong passwords', fr: 'trop de mots de passe faux' },
  wrongCodes: { en: 'too many wrong codes', fr: 'trop de codes faux' },
  hostMissing: {
    en: 'the Host header is missing or is no host name',
    fr: 'l’en-tête Host manque, ou n’est pas un nom de machine',
  },
  otherSite: {
    en: 'a page of another site cannot change anything here',
    fr: 'une page d’un autre site ne peut rien changer ici',
  },
  cannotBeRead: { en: 'this cannot be read', fr: 'ceci ne peut pas être lu' },
  boxFailed: {
    en: 'the box failed at this: its log says how',
    fr: 'l’appareil a échoué : son journal dit comment',
  },
  nothingThere: { en: 'there is nothing at {path}', fr: 'il n’y a rien à {path}' },
  otherMethod: { en: '{method} is not for this; {allowed}', fr: '{method} ne convient pas ici ; {allowed}' },
  bodyTooLarge: { en: 'the body is larger than is taken here', fr: 'c’est plus gros que ce qui est accepté ici' },
  bodyType: {
    en: 'the body must be application/json, or a picture where one is uploaded',
    fr: 'le contenu doit être application/json, ou une image là où on en envoie une',
  },
  bodyLength: {
    en: 'the body is not as long as Content-Length says',
    fr: 'le contenu n’a pas la longueur annoncée (Content-Length)',
  },
  keyUsed: {
    en: 'this Idempotency-Key was used for another request: give each request its own',
    fr: 'cette clé Idempotency-Key a servi à une autre demande',
  },
  noPrivateKey: {
    en: 'there is no private key without a password',
    fr: 'il n’y a pas de clé privée sans mot de passe',
  },
  noMatchingCertificate: {
    en: 'there is no certificate that belongs to the private key',
    fr: 'aucun certificat ne correspond à la clé privée',
  },
} as const satisfies Sentences;
