import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Api } from '../shared/api.ts';
import { wordsOf } from '../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { TextField } from '#lib/pages/field.tsx';
import { LanguageSwitch, ThemeSwitch } from '#lib/pages/preferences.tsx';
import { texts } from './lectern-texts.ts';

/** Asks for the code that the box shows; one that came with the address (from a QR picture) is tried at once. */
export function Pair({ api, onPaired }: { api: Api; onPaired: () => void }) {
  // The mistake is a function: its words change with the language.
  const [code, mistake] = [useSignal(''), useSignal<(() => string) | undefined>(undefined)];
  const name = useSignal('');
  const pair = async (): Promise<void> => {
    const { trouble } = await api.send('POST', '/lectern/pairings', {
      code: code.value,
      name: name.value.trim() || texts.tablet,
    });
    if (trouble) mistake.value = () => (trouble.code === 'code' ? texts.wrongCode : wordsOf(trouble));
    else onPaired();
  };
  useEffect(() => {
    const pairAsGiven = (): void => {
      const given = /^#code=([\w-]{4,20})$/.exec(location.hash)?.[1];
      if (!given) return;
      // A code is valid once, so it need not stay in the history.
      history.replaceState(undefined, '', location.pathname);
      code.value = given;
      void pair();
    };
    pairAsGiven();
    addEventListener('hashchange', pairAsGiven);
    return () => removeEventListener('hashchange', pairAsGiven);
  }, []);
  return (
    <main class="pair">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <h1>{texts.pairTitle}</h1>
        <p>{texts.pairHelp}</p>
        <TextField
          label={texts.code}
          value={code.value}
          error={mistake.value?.()}
          required
          maxLength={16}
          autocomplete="off"
          class="code"
          onText={(text) => {
            code.value = text.toUpperCase();
            mistake.value = undefined;
          }}
        />
        <TextField
          label={texts.tabletName}
          help={texts.tabletNameHelp}
          value={name.value}
          maxLength={40}
          autocomplete="off"
          onText={(text) => void (name.value = text)}
        />
        <Button kind="main" submit>
          {texts.pair}
        </Button>
      </form>
      <p class="choices">
        <LanguageSwitch />
        <ThemeSwitch />
      </p>
    </main>
  );
}
