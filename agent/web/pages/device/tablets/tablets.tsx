import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../shared/button.tsx';
import { dateTime } from '../../shared/format.ts';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { PairingDialog } from './pairing-dialog.tsx';
import { said } from './said.ts';
import './tablets.css';

export interface Tablet {
  id: string;
  name: string;
  createdAtMs: number;
}

/** The tablets that are paired, and the way to pair another. */
export function Tablets() {
  const { api, session } = useDesk();
  const [tablets, pairing] = [useSignal<readonly Tablet[]>([]), useSignal(false)];
  const look = async (): Promise<void> => {
    const { value } = await api.get<{ pairings: Tablet[] }>('/lectern/pairings');
    if (value) tablets.value = value.pairings;
  };
  useEffect(() => void look(), []);
  const takeBack = async ({ id }: Tablet): Promise<void> => {
    orTell(await api.send('DELETE', `/lectern/pairings/${id}`), said.takenBack);
    await look();
  };
  return (
    <section class="card tablets" aria-labelledby="tablets">
      <header>
        <h2 id="tablets">{said.tablets}</h2>
        <Button id="pair" onPress={() => void (pairing.value = true)}>
          {said.pair}
        </Button>
      </header>
      <p class="soft small">{said.help}</p>
      <ul class="rows">
        {tablets.value.map((tablet) => (
          <li key={tablet.id}>
            <span>
              {tablet.name}
              <br />
              <span class="soft small">{said.since(dateTime(tablet.createdAtMs))}</span>
            </span>
            {session.access === 'admin' && (
              <Button kind="quiet" label={said.takeBackLong(tablet.name)} onPress={() => takeBack(tablet)}>
                {said.takeBack}
              </Button>
            )}
          </li>
        ))}
        {tablets.value.length === 0 && <li class="soft">{said.none}</li>}
      </ul>
      <a class="small" href="/lectern">
        {said.open}
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
