import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { HoldButton } from '#lib/pages/hold-button.tsx';
import { usePage } from '../../page-context.ts';
import { hrefOf } from '../../route.ts';
import { texts } from '../settings-texts.ts';
import { orTell } from '../../../shared/tell-trouble.ts';

/** The version, the support bundle for those who help from elsewhere, and the restart. */
export function ServicePage() {
  const { api } = usePage();
  const version = useSignal('');
  useEffect(() => {
    void api.get<{ versions: { amphi: string; node: string } }>('/status').then(({ value }) => {
      if (value) version.value = `Amphi ${value.versions.amphi}, Node ${value.versions.node}`;
    });
  }, []);
  return (
    <div class="form">
      <p>
        {texts.version} {version.value}
      </p>
      <div>
        <a class="button" href={hrefOf('start')}>
          {texts.wizard}
        </a>
      </div>
      <section class="card">
        <h3>{texts.bundle}</h3>
        <p>{texts.bundleHelp}</p>
        <div>
          <a class="button" href="/api/v1/support-bundle.zip" download>
            {texts.downloadBundle}
          </a>
        </div>
      </section>
      <section class="card">
        <h3>{texts.restart}</h3>
        <p>{texts.restartHelp}</p>
        <div>
          <HoldButton onHeld={async () => orTell(await api.send('POST', '/restart'), texts.restarting)}>
            {texts.restart}
          </HoldButton>
        </div>
      </section>
    </div>
  );
}
