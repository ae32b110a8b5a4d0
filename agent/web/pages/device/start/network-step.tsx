import { usePage } from '../page-context.ts';
import { texts } from './start-texts.ts';
import { useMachine } from './use-machine.ts';

/** Where the box is found. */
export function NetworkStep() {
  const { box } = usePage();
  const machine = useMachine();
  const stream = box.state.value?.wanted.streams.archive.name;
  if (!machine) return null;
  const facts: readonly (readonly [string, string])[] = [
    [texts.host, machine.host],
    ...machine.addresses.map(({ name, address }) => [texts.address, `${address} (${name})`] as const),
    [texts.gateway, machine.gateway],
    [texts.dns, machine.dns.join(', ')],
    [texts.stream, `rtsp://${location.hostname}/${stream}`],
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
