import { texts } from './pages-texts.ts';
import { chooseTheme, theme, THEMES } from './theme.ts';
import { chooseLanguage, language, named, type Language } from './words.ts';

const NAMES: Record<Language, string> = { fr: 'Français', en: 'English' };

/** The switch to the other language, named in that language. */
export function LanguageSwitch() {
  const other = language.value === 'fr' ? 'en' : 'fr';
  return (
    <button type="button" class="button quiet language" lang={other} onClick={() => chooseLanguage(other)}>
      {NAMES[other]}
    </button>
  );
}

/** The switch between light, dark, and the machine's own setting. */
export function ThemeSwitch() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
  const label = named(texts.theme, texts[theme.value]);
  return (
    <button type="button" class="button quiet theme" aria-label={label} title={label} onClick={() => chooseTheme(next)}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle class="line" cx="12" cy="12" r="8" />
        {theme.value === 'dark' && <circle class="fill" cx="12" cy="12" r="8" />}
        {theme.value === 'auto' && <path class="fill" d="M12 4a8 8 0 0 1 0 16z" />}
      </svg>
    </button>
  );
}
