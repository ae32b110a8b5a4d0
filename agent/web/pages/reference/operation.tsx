import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { named } from '#lib/pages/words.ts';
import { rowsOf, typeWords, type Entry, type OpenApi, type Row } from './openapi.ts';
import { texts } from './reference-texts.ts';

interface OperationSettings {
  entry: Entry;
  document: OpenApi;
}

/** One operation of the API; its parameters and answers are shown when it is opened. */
export function OperationView({ entry: { method, path, operation }, document }: OperationSettings) {
  const open = useSignal(false);
  return (
    <details
      class="operation"
      id={operation.operationId}
      onToggle={(event) => void (open.value = event.currentTarget.open)}
    >
      <summary>
        <span class="method" data-method={method}>
          {method}
        </span>
        <code>{path}</code>
        <span class="soft">{operation.summary}</span>
      </summary>
      {open.value && <Inside operation={operation} document={document} />}
    </details>
  );
}

function Inside({ operation, document }: { operation: Entry['operation']; document: OpenApi }) {
  const { description, parameters = [], requestBody, responses } = operation;
  const body = Object.entries(requestBody?.content ?? {});
  return (
    <div class="inside">
      {description && (
        <p>
          <Coded text={description} />
        </p>
      )}
      {parameters.length > 0 && (
        <Part title={texts.parameters}>
          <Rows
            rows={parameters.map(({ name, required = false, description: what, schema, in: place }) => ({
              name,
              depth: 0,
              isRequired: required,
              description: what,
              type: `${typeWords(schema)} (${place})`,
            }))}
          />
        </Part>
      )}
      {body.map(([media, { schema, example }]) => (
        <Part key={media} title={named(texts.body, media)}>
          {requestBody?.description && <p class="soft">{requestBody.description}</p>}
          {schema && <Rows rows={rowsOf(schema, document)} />}
          <Example value={example} />
        </Part>
      ))}
      <Part title={texts.answers}>
        {Object.entries(responses).map(([status, response]) => (
          <div key={status} class="answer">
            <p>
              <strong>{status}</strong> {response.$ref ? texts.refusal : response.description}
            </p>
            {Object.entries(response.content ?? {}).map(([media, { schema, example }]) => (
              <div key={media} class="inside">
                <p class="soft small">{media}</p>
                {schema && <Rows rows={rowsOf(schema, document)} />}
                <Example value={example} />
              </div>
            ))}
          </div>
        ))}
      </Part>
    </div>
  );
}

const Part = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <section>
    <h3>{title}</h3>
    {children}
  </section>
);

/** A text in which what stands between backticks is code. */
export const Coded = ({ text }: { text: string }) => (
  <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
);

function Rows({ rows }: { rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <div class="table-room">
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.name}</th>
            <th scope="col">{texts.type}</th>
            <th scope="col">{texts.what}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, depth, type, isRequired, description }, index) => (
            <tr key={index}>
              <th scope="row" style={{ paddingLeft: `${depth * 1.25}rem` }}>
                <code>{name}</code>
              </th>
              <td>
                <code>{type}</code> {isRequired && <span class="soft small">{texts.required}</span>}
              </td>
              <td>
                <Coded text={description ?? ''} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Example({ value }: { value: unknown }) {
  if (value === undefined) return null;
  return (
    <details class="example">
      <summary>{texts.example}</summary>
      <pre tabIndex={0}>{JSON.stringify(value, undefined, 2)}</pre>
    </details>
  );
}
