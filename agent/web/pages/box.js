// The page of the box: shows what is so, by events; asks for changes by the same API that anybody may use.

const API = '/api/v1';
const WORDS = {
  fr: {
    stopped: 'Prêt',
    setup: 'Démarrage…',
    recording: 'Enregistrement',
    paused: 'En pause',
    finalizing: 'Finalisation…',
    live: 'Image en direct',
    noPicture: 'Pas encore d’image',
    sound: 'Son',
    nothing: 'Rien n’est enregistré.',
    title: 'Titre (facultatif)',
    start: 'Enregistrer',
    stop: 'Arrêter',
    sure: 'Vraiment arrêter ?',
    pause: 'Pause',
    resume: 'Reprendre',
    mark: 'Marquer',
    marked: 'Marqué',
    alarms: 'Alarmes',
    noAlarms: 'Aucune',
    layouts: 'Mise en page',
    swap: 'Échanger A et B',
    inputs: 'Entrées',
    streams: 'Flux',
    disk: 'Stockage',
    off: 'éteinte',
    connecting: 'connexion…',
    lost: 'pas de signal',
    viewers: (count) => `${count} spectateur${count > 1 ? 's' : ''}`,
    streamOff: 'éteint',
    connected: 'connecté',
    waiting: 'nouvel essai…',
    hours: (hours) => `${hours} h restantes`,
    unusable: 'inutilisable',
    enterTitle: 'Bienvenue',
    enterHelp: 'Cet appareil demande son jeton une fois par navigateur.',
    token: 'Jeton',
    enter: 'Entrer',
    wrong: 'Ce n’est pas le jeton de cet appareil.',
    slow: 'Trop d’essais : attendez un peu.',
    leave: 'Quitter',
    away: 'Liaison perdue ; l’enregistrement continue sur l’appareil. Nouvel essai…',
    unreachable: 'L’appareil ne répond pas.',
    other: 'English',
  },
  en: {
    stopped: 'Ready',
    setup: 'Starting…',
    recording: 'Recording',
    paused: 'Paused',
    finalizing: 'Finishing…',
    live: 'Live picture',
    noPicture: 'No picture yet',
    sound: 'Sound',
    nothing: 'Nothing is being recorded.',
    title: 'Title (optional)',
    start: 'Record',
    stop: 'Stop',
    sure: 'Really stop?',
    pause: 'Pause',
    resume: 'Go on',
    mark: 'Mark',
    marked: 'Marked',
    alarms: 'Alarms',
    noAlarms: 'None',
    layouts: 'Layout',
    swap: 'Swap A and B',
    inputs: 'Inputs',
    streams: 'Streams',
    disk: 'Storage',
    off: 'off',
    connecting: 'connecting…',
    lost: 'no signal',
    viewers: (count) => `${count} viewer${count === 1 ? '' : 's'}`,
    streamOff: 'off',
    connected: 'connected',
    waiting: 'trying again…',
    hours: (hours) => `${hours} h left`,
    unusable: 'not usable',
    enterTitle: 'Welcome',
    enterHelp: 'This box asks for its token once in each browser.',
    token: 'Token',
    enter: 'Enter',
    wrong: 'This is not the token of this box.',
    slow: 'Too many tries: wait a little.',
    leave: 'Leave',
    away: 'Connection lost; the box goes on recording. Trying again…',
    unreachable: 'The box does not answer.',
    other: 'Français',
  },
};

const $ = (id) => document.getElementById(id);
const kept = localStorage.getItem('language');
let language = kept ?? (navigator.language.startsWith('fr') ? 'fr' : 'en');
let wanted;
let seen;
let recording;
let disks = [];
let countedAtMs = 0;
let layouts = [];
let events;
let sureTimer;

const words = () => WORDS[language];

async function ask(method, path, body) {
  const json =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${API}${path}`, { method, ...json }).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (response?.status === 401) show('enter');
  $('trouble').textContent = response?.ok ? '' : (answer?.error?.text ?? words().unreachable);
  return response?.ok ? (answer ?? {}) : undefined;
}

// --- what is shown

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  made.append(...[content].flat());
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const fact = (name, value, is = '') =>
  element('li', [element('span', name), element('span', value)], { 'data-is': is });

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function drawWords() {
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll('[data-text]')) one.textContent = words()[one.dataset.text];
  $('language').textContent = words().other;
  $('swap').textContent = words().swap;
}

function drawRecording() {
  const { state, metadata } = recording;
  const running = ['setup', 'recording', 'paused'].includes(state);
  $('state').dataset.state = state;
  $('state').querySelector('span').textContent = words()[state];
  $('now').textContent = running ? metadata.title || recording.file?.split('/').at(-1) || '…' : words().nothing;
  for (const id of ['title', 'title-label', 'start']) $(id).hidden = running;
  for (const id of ['stop', 'pause', 'mark']) $(id).hidden = !running;
  $('pause').textContent = state === 'paused' ? words().resume : words().pause;
  document.title = `${state === 'recording' ? '● ' : ''}${wanted.hall}`;
  drawElapsed();
}

function drawElapsed() {
  if (!recording) return;
  const { state, elapsedMs } = recording;
  const sinceMs = state === 'recording' ? performance.now() - countedAtMs : 0;
  $('elapsed').textContent = ['recording', 'paused'].includes(state) ? clock(elapsedMs + sinceMs) : '';
}

function drawFacts() {
  const inputs = Object.entries(wanted.inputs).filter(([, { source }]) => source.driver !== 'off');
  $('inputs').replaceChildren(
    ...inputs.map(([number, { name }]) => {
      const { status, widthPx, heightPx, fps } = seen.inputs[number];
      const is = status === 'live' ? `${widthPx}×${heightPx}, ${Math.round(fps)} i/s` : words()[status];
      const on = Object.values(wanted.routing).includes(Number(number)) ? '● ' : '';
      return fact(`${on}${number} · ${name}`, language === 'fr' ? is : is.replace('i/s', 'fps'), status);
    }),
  );
  const streams = Object.entries(wanted.streams).map(([stream, { enabled, name }]) =>
    fact(`rtsp …/${name}`, enabled ? words().viewers(seen.streams[stream].players) : words().streamOff),
  );
  const pushes = wanted.pushes.map(({ id, name }) => {
    const status = seen.pushes[id]?.status ?? 'off';
    return fact(
      `→ ${name || id}`,
      status === 'off' ? words().streamOff : words()[status],
      status === 'connected' ? 'live' : '',
    );
  });
  $('streams').replaceChildren(...streams, ...pushes);
  $('disk').replaceChildren(
    ...disks.map(({ destination, usable, hoursLeft }) =>
      fact(destination, usable ? words().hours(Math.floor(hoursLeft)) : words().unusable, usable ? '' : 'lost'),
    ),
  );
  $('alarms').replaceChildren(
    ...(seen.alarms.length > 0
      ? seen.alarms.map(({ level, text }) => element('li', text, { 'data-level': level }))
      : [element('li', words().noAlarms, { class: 'none' })]),
  );
  $('hall').textContent = wanted.hall;
}

function drawLayouts() {
  $('swap').setAttribute('aria-pressed', String(wanted.swapped));
  $('layouts').replaceChildren(
    ...layouts
      .filter(({ windows }) => windows.length > 0)
      .map(({ number, name, windows }) => {
        const button = element('button', [picture(windows), name], { type: 'button' });
        if (number === wanted.layoutNumber) button.setAttribute('aria-current', 'true');
        button.addEventListener('click', () => void ask('POST', `/layouts/${number}/recall`, {}));
        return button;
      }),
  );
}

function picture(windows) {
  const svg = (name, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const drawing = svg('svg', { viewBox: '0 0 160 90', 'aria-hidden': 'true' });
  for (const { channel, rect } of windows.toSorted((a, b) => a.z - b.z)) {
    const shown = wanted.swapped ? { A: 'B', B: 'A' }[channel] : channel;
    const { x, y, width, height } = rect;
    drawing.append(
      svg('rect', { class: shown, x: x * 160, y: y * 90, width: width * 160, height: height * 90, rx: 2 }),
    );
  }
  return drawing;
}

function drawMeters({ output }) {
  const level = (db) => `${Math.max(0, Math.min(100, (db + 60) * (100 / 60)))}%`;
  $('left').style.setProperty('--level', level(output.leftDb));
  $('right').style.setProperty('--level', level(output.rightDb));
}

function drawAll() {
  drawWords();
  if (!wanted) return;
  drawRecording();
  drawFacts();
  drawLayouts();
}

const show = (view) => (document.body.dataset.view = view);

// --- what happens

function take(now) {
  recording = now;
  countedAtMs = performance.now();
  drawRecording();
}

const hear = {
  state(state) {
    ({ wanted, seen } = state);
    $('link').textContent = '';
    void refresh();
  },
  wanted(changed) {
    Object.assign(wanted, changed);
    if ('layouts' in changed) void refresh();
    drawAll();
  },
  recording: take,
  input({ number, seen: now }) {
    seen.inputs[number] = now;
    drawFacts();
  },
  alarm({ alarms }) {
    seen.alarms = alarms;
    drawFacts();
  },
  streams(now) {
    seen.streams = now;
    drawFacts();
  },
  push({ id, seen: now }) {
    seen.pushes[id] = now ?? undefined;
    drawFacts();
  },
  disk({ disk }) {
    disks = disk;
    drawFacts();
  },
  meters: drawMeters,
};

/** What events do not tell whole. */
async function refresh() {
  const [status, list] = await Promise.all([ask('GET', '/status'), ask('GET', '/layouts')]);
  if (!status || !list) return;
  ({ layouts } = list);
  disks = status.disk;
  recording = status.recording;
  countedAtMs = performance.now();
  drawAll();
  show('box');
}

function listen() {
  events?.close();
  events = new EventSource(`${API}/events?meters=1`);
  for (const [type, act] of Object.entries(hear)) {
    events.addEventListener(type, ({ data }) => (wanted || type === 'state' ? act(JSON.parse(data)) : undefined));
  }
  events.addEventListener('error', () => {
    $('link').textContent = words().away;
    if (events.readyState === EventSource.CLOSED) setTimeout(() => void begin(), 2000);
  });
}

// --- the live picture: fragmented MP4 into a media source, as close to now as the network lets it; snapshots elsewhere

const LAG_S = 0.35;
const Source = globalThis.ManagedMediaSource ?? globalThis.MediaSource;

async function watch() {
  for (;;) {
    if (document.hidden || document.body.dataset.view !== 'box') {
      await pause(300);
      continue;
    }
    const played = Source ? await play().catch(() => false) : false;
    if (!played) await stills(5);
    await pause(500);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const happens = (target, type) => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

/** Plays until the stream ends; tells whether anything came. */
async function play() {
  const stop = new AbortController();
  const response = await fetch(`${API}/preview.mp4`, { signal: stop.signal });
  const mime = response.headers.get('content-type') ?? '';
  if (!response.ok || !Source.isTypeSupported(mime)) {
    stop.abort();
    return false;
  }
  const source = new Source();
  const video = $('video');
  video.disableRemotePlayback = true;
  const url = URL.createObjectURL(source);
  video.src = url;
  try {
    await happens(source, 'sourceopen');
    await pour(response.body.getReader(), source.addSourceBuffer(mime), video);
    return true;
  } finally {
    stop.abort();
    URL.revokeObjectURL(url);
    delete document.querySelector('.screen').dataset.live;
  }
}

async function pour(reader, buffer, video) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done || document.hidden) return;
    buffer.appendBuffer(value);
    await happens(buffer, 'updateend');
    if (await keepUp(buffer, video)) reveal('video');
  }
}

/** Stays near the newest picture, leaps over what is missing, and forgets what was shown. Tells whether it shows one. */
async function keepUp(buffer, video) {
  const { buffered } = video;
  if (buffered.length === 0) return false;
  const last = buffered.length - 1;
  const [begin, end] = [buffered.start(last), buffered.end(last)];
  const lag = end - video.currentTime;
  if (lag > 1.5 || video.currentTime < begin) video.currentTime = Math.max(begin, end - LAG_S);
  video.playbackRate = lag > LAG_S + 0.3 ? 1.08 : 1;
  if (video.paused) await video.play().catch(() => undefined);
  if (video.currentTime - buffered.start(0) > 20) {
    buffer.remove(0, video.currentTime - 5);
    await happens(buffer, 'updateend');
  }
  return video.readyState >= 2;
}

async function stills(count) {
  for (let left = count; left > 0 && !document.hidden; left--) {
    const response = await fetch(`${API}/snapshot.jpg?width=960`).catch(() => undefined);
    if (response?.ok) {
      const url = URL.createObjectURL(await response.blob());
      const shown = happens($('still'), 'load');
      $('still').src = url;
      await Promise.race([shown, pause(1000)]);
      URL.revokeObjectURL(url);
      reveal('still');
    }
    await pause(1000);
  }
}

function reveal(id) {
  $('still').hidden = id !== 'still';
  $('video').hidden = id !== 'video';
  document.querySelector('.screen').dataset.live = id;
}

// --- what a person does

async function act(button, method, path, body) {
  button.disabled = true;
  const answer = await ask(method, path, body);
  button.disabled = false;
  if (answer?.recording) take(answer.recording);
  return answer;
}

function sure(button) {
  if (button.dataset.sure === 'true') return true;
  button.dataset.sure = 'true';
  button.textContent = words().sure;
  clearTimeout(sureTimer);
  sureTimer = setTimeout(() => calm(button), 4000);
  return false;
}

function calm(button) {
  clearTimeout(sureTimer);
  button.dataset.sure = 'false';
  button.textContent = words()[button.dataset.text];
}

const clicks = {
  async start(button) {
    const title = $('title').value.trim();
    if (await act(button, 'POST', '/recording/start', title ? { metadata: { title } } : {})) $('title').value = '';
  },
  async stop(button) {
    if (!sure(button)) return;
    calm(button);
    await act(button, 'POST', '/recording/stop', {});
  },
  pause: (button) => act(button, 'POST', `/recording/${recording.state === 'paused' ? 'resume' : 'pause'}`, {}),
  async mark(button) {
    if (!(await act(button, 'POST', '/recording/mark', {}))) return;
    button.textContent = words().marked;
    setTimeout(() => calm(button), 1500);
  },
  // Says what is wanted rather than "the other way": a tap that is sent twice changes nothing.
  swap: (button) => act(button, 'POST', '/swap', { swapped: !wanted.swapped }),
  language() {
    language = language === 'fr' ? 'en' : 'fr';
    localStorage.setItem('language', language);
    drawAll();
  },
  async leave() {
    await fetch(`${API}/session`, { method: 'DELETE' }).catch(() => undefined);
    events?.close();
    show('enter');
  },
};
for (const [id, act] of Object.entries(clicks)) $(id).addEventListener('click', () => void act($(id)));

async function enter() {
  const body = JSON.stringify({ token: $('token').value });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${API}/session`, { method: 'POST', headers, body }).catch(() => undefined);
  const trouble = { 401: words().wrong, 429: words().slow }[response?.status] ?? words().unreachable;
  $('wrong').textContent = response?.ok ? '' : trouble;
  if (!response?.ok) return;
  $('token').value = '';
  await begin();
}

$('enter').addEventListener('submit', (event) => {
  event.preventDefault();
  void enter();
});

async function begin() {
  const session = await ask('GET', '/session');
  if (!session) {
    if (document.body.dataset.view !== 'enter') setTimeout(() => void begin(), 2000);
    return;
  }
  document.body.dataset.open = String(session.open);
  listen();
}

drawWords();
setInterval(drawElapsed, 500);
void begin();
void watch();
