import { useDesk } from '../desk.ts';
import { said } from './said.ts';
import { useMachine } from './use-machine.ts';

/** Where the box is found. */
export function NetworkStep() {
  const { box } = useDesk();
  const machine = useMachine();
  const stream = box.state.value?.wanted.streams.archive.name;
  if (!machine) return null;
  const facts: readonly (readonly [string, string])[] = [
    [said.host, machine.host],
    ...machine.addresses.map(({ name, address }) => [said.address, `${address} (${name})`] as const),
    [said.gateway, machine.gateway],
    [said.dns, machine.dns.join(', ')],
    [said.stream, `rtsp://${location.hostname}/${stream}`],
  ];
  return (
    <div class="form">
      <p>{said.networkWhy}</p>
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
