import { usePage } from '../page-context.ts';
import { texts } from './start-texts.ts';
import { useMachine } from './use-machine.ts';

const NAMES = { telnet: 'Telnet', ssh: 'SSH', http: 'HTTP', https: 'HTTPS' } as const;

/** The addresses and ports at which the box can be reached. */
export function NetworkStep() {
  const { box } = usePage();
  const machine = useMachine();
  const stream = box.state.value?.wanted.streams.archive.name;
  if (!machine) return null;
  const facts: readonly (readonly [string, string])[] = [
    [texts.host, machine.host],
    ...machine.addresses
      // Link-local addresses (fe80::) are left out: they need the name of an interface of the other machine.
      .filter(({ address }) => !/^fe[89ab]/i.test(address))
      .map(({ name, address }) => [texts.address, `${address} (${name})`] as const),
    [texts.gateway, machine.gateway],
    [texts.dns, machine.dns.join(', ')],
    [
      texts.stream,
      `rtsp://${location.hostname}${machine.ports.rtsp === 554 ? '' : `:${machine.ports.rtsp}`}/${stream}`,
    ],
    ...(['telnet', 'ssh', 'http', 'https'] as const).flatMap((service) => {
      const port = machine.ports[service];
      return port ? [[texts.controlPort(NAMES[service]), String(port)] as const] : [];
    }),
  ];
  return (
    <div class="form">
      <p>{texts.networkWhy}</p>
      <dl class="facts-list">
        {facts.map(([name, text]) => (
          <div key={`${name} ${text}`}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
