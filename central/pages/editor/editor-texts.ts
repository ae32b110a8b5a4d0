import { bilingual } from '@amphi/lib/pages/words.ts';

/** Texts of the editor. */
export const texts = bilingual({
  editor: { fr: 'Montage', en: 'Editor' },
  loading: { fr: 'Chargement…', en: 'Loading…' },
  noEvent: {
    fr: 'Aucun cours n’est indiqué : l’adresse doit se terminer par ?event= et l’identifiant du cours.',
    en: 'No lecture is named. The address must end with ?event= and the id of the lecture.',
  },
  again: { fr: 'Réessayer', en: 'Try again' },
  away: { fr: 'Le serveur ne répond pas.', en: 'The server does not answer.' },
  mayNot: {
    fr: 'Votre compte ne permet pas de monter ce cours : sa liste d’accès doit vous autoriser à écrire.',
    en: 'Your account may not edit this lecture: its access list must allow you to write.',
  },
  missing: { fr: 'Ce cours n’existe pas.', en: 'There is no such lecture.' },
  notRecorded: {
    fr: 'Ce cours n’a pas encore d’enregistrement. Il pourra être monté dès qu’il sera arrivé.',
    en: 'Nothing was recorded of this lecture yet. It can be edited when its recording is here.',
  },
  otherAccount: { fr: 'Entrer avec un autre compte', en: 'Sign in with another account' },

  // signing in
  signIn: { fr: 'Entrer', en: 'Sign in' },
  user: { fr: 'Compte', en: 'User' },
  password: { fr: 'Mot de passe', en: 'Password' },
  wrong: { fr: 'Compte ou mot de passe incorrect.', en: 'Wrong user or password.' },
  busy: {
    fr: 'Trop d’essais : attendez un peu, puis recommencez.',
    en: 'Too many tries: wait a little, then try again.',
  },
  sessionOver: { fr: 'Votre session est terminée', en: 'Your session has ended' },
  sessionOverHelp: {
    fr: 'Rien n’est perdu : entrez de nouveau, et continuez là où vous étiez.',
    en: 'Nothing is lost: sign in again, and go on where you were.',
  },

  // head
  undo: { fr: 'Annuler', en: 'Undo' },
  redo: { fr: 'Rétablir', en: 'Redo' },
  save: { fr: 'Enregistrer', en: 'Save' },
  publish: { fr: 'Enregistrer et publier', en: 'Save and publish' },
  publishWith: {
    fr: (title: string) => `Enregistrer, puis « ${title} »`,
    en: (title: string) => `Save, then "${title}"`,
  },
  noWorkflows: {
    fr: 'Ce serveur n’exécute aucun traitement : le montage peut être enregistré, mais pas publié.',
    en: 'This server runs no workflows: an edit can be saved, but not published.',
  },
  isProcessed: {
    fr: 'Un traitement de ce cours est en cours : publiez quand il sera terminé.',
    en: 'A workflow of this lecture is running: publish when it has ended.',
  },
  saved: { fr: 'Enregistré.', en: 'Saved.' },
  notPublished: {
    fr: (why: string) => `Enregistré, mais la publication n’a pas commencé : ${why}`,
    en: (why: string) => `Saved, but publishing has not begun: ${why}`,
  },
  published: {
    fr: 'Enregistré. La publication a commencé.',
    en: 'Saved. Publishing has begun.',
  },
  help: { fr: 'Aide et raccourcis', en: 'Help and shortcuts' },
  draftNone: { fr: 'Tout est enregistré', en: 'All is saved' },
  draftKept: { fr: 'Brouillon gardé sur le serveur', en: 'Draft kept on the server' },
  draftWaiting: { fr: 'Brouillon en cours d’envoi…', en: 'Draft on its way…' },
  draftAway: {
    fr: 'Le serveur ne répond pas : le brouillon est gardé dans ce navigateur',
    en: 'The server does not answer: the draft is kept in this browser',
  },
  draftStranger: {
    fr: 'Brouillon gardé dans ce navigateur : entrez de nouveau',
    en: 'Draft kept in this browser: sign in again',
  },
  draftChanged: {
    fr: 'Brouillon gardé dans ce navigateur : une autre fenêtre l’a modifié',
    en: 'Draft kept in this browser: another window changed it',
  },
  draftRefused: { fr: (why: string) => `Brouillon refusé : ${why}`, en: (why: string) => `Draft refused: ${why}` },

  // notices
  lockedBy: {
    fr: (who: string, since: string) =>
      `${who} travaille sur ce cours depuis ${since}. Ce que vous enregistrez pourrait remplacer son travail.`,
    en: (who: string, since: string) =>
      `${who} has been working on this lecture since ${since}. What you save could replace their work.`,
  },
  lockedByYou: {
    fr: (since: string) => `Ce cours est ouvert dans une autre fenêtre à vous depuis ${since}.`,
    en: (since: string) => `This lecture has been open in another window of yours since ${since}.`,
  },
  openedBy: {
    fr: (who: string) => `${who} a aussi ouvert ce cours. Parlez-vous avant d’enregistrer.`,
    en: (who: string) => `${who} has this lecture open too. Talk to each other before you save.`,
  },
  openedByYou: {
    fr: 'Ce cours est aussi ouvert dans une autre fenêtre à vous.',
    en: 'This lecture is open in another window of yours too.',
  },
  takeOver: { fr: 'Reprendre ici', en: 'Take over here' },
  lockLost: {
    fr: (who: string) => `${who} a repris ce cours. Vos modifications restent dans votre brouillon.`,
    en: (who: string) => `${who} has taken this lecture over. Your changes stay in your draft.`,
  },
  draftFound: {
    fr: (when: string) => `Votre brouillon du ${when} est ouvert : il n’est pas encore enregistré.`,
    en: (when: string) => `Your draft of ${when} is open: it is not saved yet.`,
  },
  draftFromBrowser: {
    fr: 'Des modifications que le serveur n’avait pas reçues ont été retrouvées dans ce navigateur.',
    en: 'Changes that had not reached the server were found in this browser.',
  },
  outdated: {
    fr: 'L’enregistrement a changé depuis que ce brouillon a été commencé.',
    en: 'The recording was changed since this draft was begun.',
  },
  startOver: { fr: 'Abandonner le brouillon', en: 'Throw the draft away' },
  startOverSure: {
    fr: 'Le brouillon sera perdu, et le montage enregistré sera de nouveau montré.',
    en: 'The draft will be lost, and the saved edit shown again.',
  },
  parts: {
    fr: (n: number) =>
      `Ce cours a été enregistré en ${n} fichiers. Le plus long est montré : réunissez-les avant de couper.`,
    en: (n: number) => `This lecture was recorded in ${n} files. The longest one is shown: join them before you cut.`,
  },
  noPicture: { fr: 'Cet enregistrement n’a pas d’image.', en: 'This recording has no picture.' },
  cannotPlay: {
    fr: (type: string) =>
      `Ce navigateur ne sait pas lire « ${type} ». Vous pouvez couper quand même, d’après le son et les temps.`,
    en: (type: string) => `This browser cannot play "${type}". You can cut all the same, by sound and times.`,
  },

  // conflicts
  changedTitle: { fr: 'Quelqu’un a enregistré entre-temps', en: 'Somebody saved meanwhile' },
  changedHelp: {
    fr: 'Votre montage n’est pas enregistré. Vous pouvez l’enregistrer à la place de l’autre, ou revenir à ce qui est enregistré ; l’ancien reste gardé comme version.',
    en: 'Your edit is not saved. You can save it in place of the other one, or go back to what is saved; the other one is kept as a version.',
  },
  saveMine: { fr: 'Enregistrer le mien', en: 'Save mine' },
  takeTheirs: { fr: 'Prendre ce qui est enregistré', en: 'Take what is saved' },
  notNow: { fr: 'Pas maintenant', en: 'Not now' },
  otherWindowTitle: { fr: 'Une autre fenêtre a modifié votre brouillon', en: 'Another window changed your draft' },
  otherWindowHelp: {
    fr: 'Vous montez ce cours dans deux fenêtres. Laquelle garder ?',
    en: 'You edit this lecture in two windows. Which one is to be kept?',
  },
  keepThis: { fr: 'Garder cette fenêtre', en: 'Keep this window' },
  loadOther: { fr: 'Charger l’autre', en: 'Load the other one' },

  // reasons why it cannot be saved
  nothingKept: {
    fr: 'Tout est coupé : gardez au moins un passage.',
    en: 'Everything is cut away: keep one part at least.',
  },
  noTitle: { fr: 'Donnez un titre au cours (Description).', en: 'Give the lecture a title (Details).' },
  wrongCaptions: {
    fr: 'Un sous-titre a des temps impossibles (Sous-titres).',
    en: 'A caption has impossible times (Captions).',
  },

  // preview and transport
  preview: { fr: 'Aperçu', en: 'Preview' },
  presenter: { fr: 'Caméra', en: 'Camera' },
  presentation: { fr: 'Diapositives', en: 'Slides' },
  isCut: { fr: 'Coupé', en: 'Cut away' },
  play: { fr: 'Lire', en: 'Play' },
  pause: { fr: 'Pause', en: 'Pause' },
  back: { fr: 'Une image en arrière', en: 'One picture back' },
  ahead: { fr: 'Une image en avant', en: 'One picture ahead' },
  borderBack: { fr: 'À la coupe précédente', en: 'To the cut before' },
  borderAhead: { fr: 'À la coupe suivante', en: 'To the next cut' },
  position: { fr: 'Position', en: 'Position' },
  positionHelp: { fr: 'h:mm:ss:image', en: 'h:mm:ss:picture' },
  go: { fr: 'Aller', en: 'Go' },
  noTime: { fr: 'Écrivez un temps comme 0:04:05:12', en: 'Write a time such as 0:04:05:12' },
  skipsCuts: { fr: 'Sauter ce qui est coupé', en: 'Skip what is cut away' },
  speed: { fr: (n: string) => `Vitesse ${n}`, en: (n: string) => `Speed ${n}` },
  keptOf: {
    fr: (kept: string, all: string) => `${kept} gardés sur ${all}`,
    en: (kept: string, all: string) => `${kept} kept of ${all}`,
  },

  // timeline
  timeline: { fr: 'Ligne de temps', en: 'Timeline' },
  playhead: { fr: 'Tête de lecture', en: 'Playhead' },
  border: { fr: (n: number) => `Coupe ${n}`, en: (n: number) => `Cut ${n}` },
  zoomIn: { fr: 'Agrandir', en: 'Zoom in' },
  zoomOut: { fr: 'Réduire', en: 'Zoom out' },
  zoomWhole: { fr: 'Tout voir', en: 'See all' },
  noWaveform: { fr: 'Pas encore de courbe du son', en: 'No waveform yet' },
  markIn: { fr: 'Marquer le début', en: 'Mark in' },
  markOut: { fr: 'Marquer la fin', en: 'Mark out' },
  noMarks: { fr: 'Effacer les marques', en: 'Clear marks' },
  marked: {
    fr: (from: string, to: string) => `Marqué : de ${from} à ${to}`,
    en: (from: string, to: string) => `Marked: ${from} to ${to}`,
  },

  // cut
  cut: { fr: 'Couper', en: 'Cut' },
  segments: { fr: 'Passages', en: 'Parts' },
  part: { fr: (n: number) => `Passage ${n}`, en: (n: number) => `Part ${n}` },
  kept: { fr: 'gardé', en: 'kept' },
  deleted: { fr: 'coupé', en: 'cut away' },
  split: { fr: 'Scinder ici', en: 'Split here' },
  joinNext: { fr: 'Réunir avec le suivant', en: 'Join with the next' },
  cutAway: { fr: 'Couper', en: 'Cut away' },
  cutMarked: { fr: 'Couper ce qui est marqué', en: 'Cut away what is marked' },
  keepAgain: { fr: 'Garder', en: 'Keep' },
  silences: { fr: 'Silences', en: 'Silences' },
  silencesFound: {
    fr: (n: number, length: string) => (n === 1 ? `1 silence, ${length}` : `${n} silences, ${length} en tout`),
    en: (n: number, length: string) => (n === 1 ? `1 silence, ${length}` : `${n} silences, ${length} in all`),
  },
  cutSilences: { fr: 'Couper tous les silences', en: 'Cut all silences away' },
  noSilences: { fr: 'Aucun silence à couper.', en: 'No silence to cut away.' },
  silencesUnknown: {
    fr: 'Les silences n’ont pas encore été cherchés.',
    en: 'Silences have not been looked for yet.',
  },
  cutAll: { fr: 'Tout garder', en: 'Keep everything' },

  // chapters
  chapters: { fr: 'Chapitres', en: 'Chapters' },
  addChapter: { fr: 'Chapitre ici', en: 'Chapter here' },
  chapterTitle: {
    fr: (at: string) => `Titre du chapitre à ${at}`,
    en: (at: string) => `Title of the chapter at ${at}`,
  },
  noChapters: { fr: 'Aucun chapitre.', en: 'No chapters.' },
  chaptersFromSlides: {
    fr: (n: number) => (n === 1 ? 'Un chapitre d’après la diapositive' : `${n} chapitres d’après les diapositives`),
    en: (n: number) => (n === 1 ? 'A chapter from the slide' : `${n} chapters from the slides`),
  },
  slide: { fr: (n: number) => `Diapositive ${n}`, en: (n: number) => `Slide ${n}` },
  slidesUnknown: {
    fr: 'Les changements de diapositive n’ont pas encore été cherchés.',
    en: 'Slide changes have not been looked for yet.',
  },
  moveHere: { fr: 'Commence ici', en: 'Begins here' },
  remove: { fr: 'Retirer', en: 'Remove' },
  goThere: { fr: 'Y aller', en: 'Go there' },
  removeNamed: { fr: (name: string) => `Retirer « ${name} »`, en: (name: string) => `Remove "${name}"` },

  // captions
  captions: { fr: 'Sous-titres', en: 'Captions' },
  captionsIn: { fr: 'Langue', en: 'Language' },
  addLanguage: { fr: 'Nouvelle langue', en: 'New language' },
  addCaption: { fr: 'Sous-titre ici', en: 'Caption here' },
  captionFile: { fr: 'Ouvrir un fichier (WebVTT, SRT)', en: 'Open a file (WebVTT, SRT)' },
  captionFileLarge: {
    fr: (size: string) => `Ce fichier a ${size} : un fichier de sous-titres a 8 Mo au plus.`,
    en: (size: string) => `This file has ${size}: a file of captions has 8 MB at most.`,
  },
  captionLine: {
    fr: (line: number, why: string) => `Ligne ${line} : ${why}`,
    en: (line: number, why: string) => `Line ${line}: ${why}`,
  },
  captionsRead: { fr: (n: number) => `${n} sous-titres lus.`, en: (n: number) => `${n} captions read.` },
  captionsLeftOut: { fr: (what: string) => `Laissés de côté : ${what}`, en: (what: string) => `Left out: ${what}` },
  noCaptions: { fr: 'Aucun sous-titre.', en: 'No captions.' },
  removeLanguage: { fr: 'Retirer cette langue', en: 'Remove this language' },
  shift: { fr: 'Décaler de (secondes)', en: 'Shift by (seconds)' },
  shiftAll: { fr: 'Tout décaler', en: 'Shift all' },
  shiftFromHere: { fr: 'Décaler à partir d’ici', en: 'Shift from here on' },
  begins: { fr: 'Début', en: 'Begins' },
  ends: { fr: 'Fin', en: 'Ends' },
  captionText: { fr: (at: string) => `Texte à ${at}`, en: (at: string) => `Text at ${at}` },
  beginsHere: { fr: 'Commence à la tête de lecture', en: 'Begins at the playhead' },
  endsHere: { fr: 'Finit à la tête de lecture', en: 'Ends at the playhead' },
  backward: { fr: 'Il finit avant de commencer.', en: 'It ends before it begins.' },
  behindEnd: { fr: 'Il est après la fin de l’enregistrement.', en: 'It is behind the end of the recording.' },
  overNext: { fr: 'Il chevauche le suivant.', en: 'It overlaps the next one.' },
  earlier: { fr: 'Précédents', en: 'Earlier' },
  later: { fr: 'Suivants', en: 'Later' },
  captionsShown: {
    fr: (from: number, to: number, all: number) => `${from} à ${to} sur ${all}`,
    en: (from: number, to: number, all: number) => `${from} to ${to} of ${all}`,
  },
  untold: { fr: 'non précisée', en: 'not told' },

  // cover
  cover: { fr: 'Vignette', en: 'Cover' },
  coverHelp: {
    fr: 'L’image montrée avant la lecture. Placez la tête de lecture, puis choisissez.',
    en: 'The picture that is shown before it plays. Place the playhead, then choose.',
  },
  takeCover: { fr: 'Prendre l’image montrée', en: 'Take the picture shown' },
  coverAt: { fr: (at: string) => `Image choisie : ${at}`, en: (at: string) => `Chosen picture: ${at}` },
  coverNow: { fr: 'Vignette actuelle', en: 'Cover now' },
  noCover: {
    fr: 'Aucune image choisie : le serveur en prendra une.',
    en: 'No picture chosen: the server will take one.',
  },
  coverFailed: {
    fr: 'L’image n’a pas pu être prise : ce navigateur ne lit pas le film. Choisissez-la ailleurs, ou retirez-la.',
    en: 'The picture could not be taken: this browser cannot read the film. Choose it elsewhere, or remove it.',
  },

  // details
  details: { fr: 'Description', en: 'Details' },
  title: { fr: 'Titre', en: 'Title' },
  creators: { fr: 'Intervenants', en: 'Speakers' },
  contributors: { fr: 'Contributeurs', en: 'Contributors' },
  subjects: { fr: 'Sujets', en: 'Subjects' },
  listHelp: { fr: 'Séparés par des points-virgules', en: 'Separated by semicolons' },
  description: { fr: 'Résumé', en: 'Description' },
  languageOf: { fr: 'Langue du cours', en: 'Language of the lecture' },
  license: { fr: 'Licence', en: 'Licence' },
  rightsHolder: { fr: 'Droits', en: 'Rights' },

  // help
  keys: { fr: 'Raccourcis clavier', en: 'Keyboard shortcuts' },
  keysOn: { fr: 'Raccourcis d’une seule touche', en: 'Shortcuts of a single key' },
  keysOnHelp: {
    fr: 'À désactiver si vous dictez ou utilisez une aide qui envoie des touches.',
    en: 'Turn them off if you dictate, or use an aid that sends keys.',
  },
  howTo: {
    fr: 'Placez la tête de lecture, marquez le début (I) et la fin (O) de ce qui doit partir, puis coupez (X). Rien n’est jamais effacé de l’enregistrement : tout peut revenir.',
    en: 'Place the playhead, mark in (I) and out (O) what is to go, then cut it away (X). Nothing is ever erased from the recording: everything can come back.',
  },
  touchHelp: {
    fr: 'Au doigt : touchez pour placer la tête de lecture, glissez pour défiler, écartez deux doigts pour agrandir.',
    en: 'By touch: tap to place the playhead, drag to scroll, spread two fingers to zoom.',
  },
  space: { fr: 'Espace', en: 'Space' },
  shiftKey: { fr: 'Maj', en: 'Shift' },
  deleteKey: { fr: 'Suppr', en: 'Delete' },
  keyPlay: { fr: 'Lire, arrêter', en: 'Play, stop' },
  keyForward: { fr: 'En avant, plus vite', en: 'Forward, faster' },
  keyBackward: { fr: 'En arrière, plus vite', en: 'Backward, faster' },
  keySecondBack: { fr: 'Une seconde en arrière', en: 'One second back' },
  keySecondAhead: { fr: 'Une seconde en avant', en: 'One second ahead' },
  keyBegin: { fr: 'Au début', en: 'To the beginning' },
  keyEnd: { fr: 'À la fin', en: 'To the end' },
  keyCut: { fr: 'Couper ce qui est marqué, ou ce passage', en: 'Cut away what is marked, or this part' },
});
