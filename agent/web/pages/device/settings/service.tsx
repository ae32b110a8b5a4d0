import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { HoldButton } from '../../shared/hold-button.tsx';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { hrefOf } from '../route.ts';
import { said } from './said.ts';

/** Restart, and what those want to see who help from afar. */
export function ServicePage() {
  const { api } = useDesk();
  const version = useSignal('');
  useEffect(() => {
    void api.get<{ versions: { amphi: string; node: string } }>('/status').then(({ value }) => {
      if (value) version.value = `Amphi ${value.versions.amphi}, Node ${value.versions.node}`;
    });
  }, []);
  return (
    <div class="form">
      <p>
        {said.version}: {version.value}
      </p>
      <div>
        <a class="button" href={hrefOf('start')}>
          {said.wizard}
        </a>
      </div>
      <section class="card">
        <h3>{said.bundle}</h3>
        <p>{said.bundleHelp}</p>
        <div>
          <a class="button" href="/api/v1/support-bundle.zip" download>
            {said.downloadBundle}
          </a>
        </div>
      </section>
      <section class="card">
        <h3>{said.restart}</h3>
        <p>{said.restartHelp}</p>
        <div>
          <HoldButton onHeld={async () => orTell(await api.send('POST', '/restart'), said.restarting)}>
            {said.restart}
          </HoldButton>
        </div>
      </section>
    </div>
  );
}
