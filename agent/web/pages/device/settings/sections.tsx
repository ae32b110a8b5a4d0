import { useSettings } from './settings-draft.ts';
import { Fold, Part } from './form.tsx';
import { texts } from './settings-texts.ts';
import { flat, keysIn, type FormSection, type SectionKey } from './section-keys.ts';

const PLAIN = new Set(['boolean', 'string', 'number', 'integer']);
/** Keys of long parts, which are closed at first. */
const CLOSED = new Set(['metadata', 'shown', 'layouts']);

/** The keys of a section as a form. */
export function FormSectionPage({ section }: { section: FormSection }) {
  const settings = useSettings();
  const schema = settings.schema.value;
  if (!schema) return <p class="soft">{texts.loading}</p>;
  const parts = keysIn(schema, section);
  const [only] = parts;
  if (parts.length === 1 && only) return <div class="form">{<Part schema={only.inner} path={only.path} />}</div>;
  const isLeaf = ({ inner }: SectionKey): boolean => PLAIN.has(inner.type ?? '') || inner.enum !== undefined;
  const groups = parts.filter((part) => !isLeaf(part));
  /** Whether a part has the name of its section: it is shown without a fold. */
  const isSection = ({ path }: SectionKey): boolean => path.at(-1) === section;
  return (
    <div class="form">
      <div class="columns">
        {parts.filter(isLeaf).map(({ path, inner }) => (
          <Part key={path.join()} schema={inner} path={path} />
        ))}
      </div>
      {groups.map((part) =>
        isSection(part) ? (
          <Part key={part.path.join()} schema={part.inner} path={part.path} />
        ) : (
          <Fold key={part.path.join()} path={part.path} isOpen={!CLOSED.has(part.path.at(-1) ?? '')}>
            {() => <Part schema={part.inner} path={part.path} />}
          </Fold>
        ),
      )}
    </div>
  );
}

/** The settings that the box was started with, to read only. */
export function MachinePage() {
  const settings = useSettings();
  return (
    <div class="form">
      <p class="soft">{texts.machineHelp}</p>
      <div class="table-room">
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.key}</th>
              <th scope="col">{texts.value}</th>
            </tr>
          </thead>
          <tbody>
            {flat(settings.machine.value).map(([key, value]) => (
              <tr key={key}>
                <th scope="row">
                  <code>{key}</code>
                </th>
                <td>{String(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
