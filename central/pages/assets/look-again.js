// Loads the page every ten seconds while it is visible, and replaces what has changed; nothing is replaced while the
// keyboard focus is in the part that changes.
const EVERY_MS = 10_000;
const place = document.querySelector('[data-live]');
const away = document.querySelector('[data-away]');

async function look() {
  if (document.hidden || place.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (answer.redirected) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-live]');
    if (fresh && fresh.innerHTML !== place.innerHTML) place.replaceChildren(...fresh.childNodes);
    away.hidden = true;
  } catch {
    away.hidden = false;
  }
}

if (place && away) setInterval(() => void look(), EVERY_MS);
