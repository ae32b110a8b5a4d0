import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '#lib/pages/button.tsx';
import { dateTime } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { PairingDialog } from './pairing-dialog.tsx';
import { texts } from './tablets-texts.ts';
import './tablets.css';
import { orTell } from '../../shared/tell-trouble.ts';

export interface Tablet {
  id: string;
  name: string;
  createdAtMs: number;
}

/** The paired tablets; others can be paired, and each can be removed. */
export function Tablets() {
  const { api, session } = usePage();
  const [tablets, pairing] = [useSignal<readonly Tablet[]>([]), useSignal(false)];
  const look = async (): Promise<void> => {
    const { value } = await api.get<{ pairings: Tablet[] }>('/lectern/pairings');
    if (value) tablets.value = value.pairings;
  };
  useEffect(() => void look(), []);
  const takeBack = async ({ id }: Tablet): Promise<void> => {
    orTell(await api.send('DELETE', `/lectern/pairings/${id}`), texts.takenBack);
    await look();
  };
  return (
    <section class="card tablets" aria-labelledby="tablets">
      <header>
        <h2 id="tablets">{texts.tablets}</h2>
        <Button id="pair" onPress={() => void (pairing.value = true)}>
          {texts.pair}
        </Button>
      </header>
      <p class="soft small">{texts.help}</p>
      <ul class="rows">
        {tablets.value.map((tablet) => (
          <li key={tablet.id}>
            <span>
              {tablet.name}
              <br />
              <span class="soft small">{texts.since(dateTime(tablet.createdAtMs))}</span>
            </span>
            {session.access === 'admin' && (
              <Button kind="quiet" label={texts.takeBackLong(tablet.name)} onPress={() => takeBack(tablet)}>
                {texts.takeBack}
              </Button>
            )}
          </li>
        ))}
        {tablets.value.length === 0 && <li class="soft">{texts.none}</li>}
      </ul>
      <a class="small" href="/lectern">
        {texts.open}
      </a>
      {pairing.value && (
        <PairingDialog
          known={tablets.value.length}
          onClose={() => {
            pairing.value = false;
            void look();
          }}
        />
      )}
    </section>
  );
}
