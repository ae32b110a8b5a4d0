import { html } from './html.ts';
import { pageOf, type Seen } from './frame.ts';
import { textsIn } from './pages-texts.ts';

/** Page to sign in; `why` tells why the last try failed. */
export function signInPage(seen: Seen, why: 'wrong' | 'busy' | undefined): string {
  const texts = textsIn(seen.reader.language);
  return pageOf(
    texts.signIn,
    seen,
    html`<form class="card form" method="post" action="/j_spring_security_check">
      <h1>${texts.welcome}</h1>
      <div class="field">
        <label for="user">${texts.user}</label> <input id="user" name="j_username" autocomplete="username" required />
      </div>
      <div class="field">
        <label for="password">${texts.password}</label>
        <input id="password" name="j_password" type="password" autocomplete="current-password" required />
      </div>
      ${why && html`<p class="mistake" role="alert">${texts[why]}</p>`}
      <button class="button main">${texts.signIn}</button>
    </form>`,
  );
}
