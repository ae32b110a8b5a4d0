import { useSignal, type ReadonlySignal } from '@preact/signals';
import { TextField } from '#lib/pages/field.tsx';
import { LanguageSwitch, ThemeSwitch } from '#lib/pages/preferences.tsx';
import { Coded, OperationView } from './operation.tsx';
import { sectionsOf, type Entry, type OpenApi } from './openapi.ts';
import { texts } from './reference-texts.ts';

interface ReferenceSettings {
  document: ReadonlySignal<OpenApi | 'stranger' | undefined>;
}

/** The page with the reference of the API. */
export function Reference({ document }: ReferenceSettings) {
  const now = document.value;
  return (
    <div class="reference">
      <header class="head">
        <a href="/">← {texts.back}</a>
        <div class="choices">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      <main>
        <h1>{texts.title}</h1>
        {now === undefined && <p class="soft">{texts.loading}</p>}
        {now === 'stranger' && (
          <p>
            {texts.stranger} <a href="/">{texts.signIn}</a>
          </p>
        )}
        {typeof now === 'object' && <Document document={now} />}
      </main>
    </div>
  );
}

const isLike = ({ method, path, operation }: Entry, words: string): boolean =>
  `${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase().includes(words.toLowerCase());

function Document({ document }: { document: OpenApi }) {
  const words = useSignal('');
  const sections = sectionsOf(document)
    .map((section) => ({ ...section, entries: section.entries.filter((entry) => isLike(entry, words.value)) }))
    .filter(({ entries }) => entries.length > 0);
  return (
    <>
      <p>
        {texts.english} <a href="/api/v1/openapi.json">{texts.document}</a> · {document.info.version}
      </p>
      <p lang="en">
        <Coded text={document.info.description ?? ''} />
      </p>
      <TextField label={texts.filter} type="search" value={words.value} onText={(text) => void (words.value = text)} />
      <nav aria-label={texts.sections}>
        <ul class="choices" lang="en">
          {sections.map(({ name }) => (
            <li key={name}>
              <a class="button quiet" href={`#${name}`}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {sections.map(({ name, description, entries }) => (
        <section key={name} id={name} lang="en" aria-labelledby={`${name}-title`}>
          <h2 id={`${name}-title`}>{description}</h2>
          {entries.map((entry) => (
            <OperationView key={entry.operation.operationId} entry={entry} document={document} />
          ))}
        </section>
      ))}
    </>
  );
}
