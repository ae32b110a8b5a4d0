// Looks again every ten seconds while the page is seen, and changes what is otherwise; what has the focus stays as it is.
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
