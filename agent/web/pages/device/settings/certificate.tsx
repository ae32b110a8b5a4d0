import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../shared/button.tsx';
import { Field } from '../../shared/field.tsx';
import { dateTime } from '../../shared/format.ts';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { said } from './said.ts';

interface Certificate {
  from: 'self-signed' | 'installed';
  subject: string;
  issuer: string;
  names: string;
  fromMs: number;
  untilMs: number;
  fingerprint: string;
}

/** The certificate of HTTPS and FTPS. */
export function CertificatePage() {
  const { api } = useDesk();
  const now = useSignal<Certificate | undefined>(undefined);
  const pem = useSignal('');
  useEffect(() => {
    void api.get<Certificate>('/certificate').then((answer) => void (now.value = orTell(answer)));
  }, []);
  const install = async (): Promise<void> => {
    const value = orTell(await api.send<Certificate>('PUT', '/certificate', { pem: pem.value }), said.certificateDone);
    if (value) [now.value, pem.value] = [value, ''];
  };
  const remove = async (): Promise<void> => {
    const value = orTell(await api.send<Certificate>('DELETE', '/certificate'), said.certificateDone);
    if (value) now.value = value;
  };
  const { value } = now;
  if (!value) return null;
  const facts: readonly (readonly [string, string])[] = [
    [said.subject, value.subject],
    [said.issuer, value.issuer],
    [said.names, value.names],
    [said.valid, said.until(dateTime(value.fromMs), dateTime(value.untilMs))],
    [said.fingerprint, value.fingerprint],
  ];
  return (
    <div class="form">
      <p>{value.from === 'installed' ? said.installed : said.selfSigned}</p>
      <dl class="facts-list">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Field label={said.installPem} help={said.installPemHelp}>
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
          {said.install}
        </Button>
        {value.from === 'installed' && <Button onPress={remove}>{said.certificateBack}</Button>}
      </div>
    </div>
  );
}
