import type { CertificateNow } from '../../../../views/certificate-now.ts';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '#lib/pages/button.tsx';
import { Field } from '#lib/pages/field.tsx';
import { dateTime } from '#lib/pages/format.ts';
import { usePage } from '../../page-context.ts';
import { texts } from '../settings-texts.ts';
import { orTell } from '../../../shared/tell-trouble.ts';

/** The certificate of HTTPS and FTPS. */
export function CertificatePage() {
  const { api } = usePage();
  const now = useSignal<CertificateNow | undefined>(undefined);
  const pem = useSignal('');
  useEffect(() => {
    void api.get<CertificateNow>('/certificate').then((answer) => void (now.value = orTell(answer)));
  }, []);
  const install = async (): Promise<void> => {
    const value = orTell(
      await api.send<CertificateNow>('PUT', '/certificate', { pem: pem.value }),
      texts.certificateDone,
    );
    if (value) [now.value, pem.value] = [value, ''];
  };
  const remove = async (): Promise<void> => {
    const value = orTell(await api.send<CertificateNow>('DELETE', '/certificate'), texts.certificateDone);
    if (value) now.value = value;
  };
  const { value } = now;
  if (!value) return null;
  const facts: readonly (readonly [string, string])[] = [
    [texts.subject, value.subject],
    [texts.issuer, value.issuer],
    [texts.names, value.names],
    [texts.valid, texts.until(dateTime(value.fromMs), dateTime(value.untilMs))],
    [texts.fingerprint, value.fingerprint],
  ];
  return (
    <div class="form">
      <p>{value.from === 'installed' ? texts.installed : texts.selfSigned}</p>
      <dl class="facts-list">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Field label={texts.installPem} help={texts.installPemHelp}>
        {(ids) => (
          <textarea
            {...ids}
            class="mono"
            rows={6}
            spellcheck={false}
            placeholder="-----BEGIN PRIVATE KEY-----"
            value={pem.value}
            onInput={(event) => void (pem.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="choices">
        <Button kind="main" disabled={pem.value.trim() === ''} onPress={install}>
          {texts.install}
        </Button>
        {value.from === 'installed' && <Button onPress={remove}>{texts.certificateBack}</Button>}
      </div>
    </div>
  );
}
