import type { ComponentChildren } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TickField } from '#lib/pages/field.tsx';
import { useSettings } from './settings-draft.ts';
import { at, type Path } from './document.ts';
import { Leaf, textOf } from './leaf.tsx';
import { texts } from './settings-texts.ts';
import { soughtKey } from './sought.ts';
import { blankOf, kindOf, type Kind, type Schema } from './schema.ts';
import { groupName, spaced, useWords } from './use-words.ts';

interface PartSettings {
  schema: Schema;
  path: Path;
}

/** A part of the configuration as a form, made from its schema, to any depth. */
export function Part({ schema, path }: PartSettings) {
  const settings = useSettings();
  const kind = kindOf(schema);
  const value = at(settings.document.value, path);
  switch (kind.kind) {
    case 'group':
      return <Group kind={kind} path={path} />;
    case 'map':
      return <Entries kind={kind} path={path} value={(value ?? {}) as Record<string, unknown>} />;
    case 'list':
      return <List inner={kind.inner} path={path} values={Array.isArray(value) ? value : []} />;
    case 'shape':
      return <Shape kind={kind} path={path} value={value as Record<string, unknown> | undefined} />;
    case 'perhaps':
      return <Perhaps inner={kind.inner} path={path} value={value} />;
    case 'choice':
    case 'number':
    case 'tick':
    case 'text':
    case 'any':
      return <Leaf kind={kind} path={path} value={value} />;
  }
}

const isPlain = (schema: Schema): boolean => ['choice', 'number', 'tick', 'text', 'any'].includes(kindOf(schema).kind);

function Group({ kind, path }: { kind: Extract<Kind, { kind: 'group' }>; path: Path }) {
  const entries = Object.entries(kind.properties);
  const leaves = entries.filter(([, inner]) => isPlain(inner));
  const groups = entries.filter(([, inner]) => !isPlain(inner));
  return (
    <>
      {leaves.length > 0 && (
        <div class="columns">
          {leaves.map(([key, inner]) => (
            <Part key={key} schema={inner} path={[...path, key]} />
          ))}
        </div>
      )}
      {groups.map(([key, inner]) => (
        <Fold key={key} path={[...path, key]} isOpen={path.length > 0 && groups.length < 4}>
          {() => <Part schema={inner} path={[...path, key]} />}
        </Fold>
      ))}
    </>
  );
}

/** A part that can be closed; its fields are made when it is open. */
export function Fold({ path, isOpen, children }: { path: Path; isOpen: boolean; children: () => ComponentChildren }) {
  const settings = useSettings();
  const key = path.join('.');
  const sought = soughtKey();
  const isSought = sought === key || sought.startsWith(`${key}.`);
  const open = useSignal(isOpen);
  useEffect(() => {
    if (isSought) open.value = true;
  }, [sought]);
  const isChanged = [...settings.changed.value].some((one) => one === key || one.startsWith(`${key}.`));
  const isWrong = settings.mistakes.value.some((one) => one.at === key || one.at.startsWith(`${key}.`));
  return (
    <details
      class="fold"
      open={open.value || isWrong}
      onToggle={(event) => void (open.value = event.currentTarget.open)}
    >
      <summary>
        <span>{titleOf(path, at(settings.document.value, path), groupName(settings.schema.value, path))}</span>
        {isChanged && <span class="badge">{texts.changed}</span>}
      </summary>
      {(open.value || isWrong) && <div class="inside">{children()}</div>}
    </details>
  );
}

/** The title of a part: `1 · Slides`, `archive`, `youtube`. */
function titleOf(path: Path, value: unknown, group: string | undefined): string {
  const own = value as { name?: unknown; id?: unknown } | null | undefined;
  const name = own && typeof own === 'object' ? (own.name ?? own.id) : undefined;
  const last = path.at(-1);
  const label = typeof last === 'number' ? String(last + 1) : (group ?? spaced(last ?? ''));
  return typeof name === 'string' && name !== '' ? `${label} · ${name}` : label;
}

function Entries({
  kind,
  path,
  value,
}: {
  kind: Extract<Kind, { kind: 'map' }>;
  path: Path;
  value: Record<string, unknown>;
}) {
  const names = kind.names ?? Object.keys(value);
  return (
    <>
      {names.length === 0 && <p class="soft">{texts.nothing}</p>}
      {names.map((name) =>
        isPlain(kind.inner) ? (
          <Part key={name} schema={kind.inner} path={[...path, name]} />
        ) : (
          <Fold key={name} path={[...path, name]} isOpen={false}>
            {() => <Part schema={kind.inner} path={[...path, name]} />}
          </Fold>
        ),
      )}
    </>
  );
}

function List({ inner, path, values }: { inner: Schema; path: Path; values: readonly unknown[] }) {
  const settings = useSettings();
  const add = (): void => {
    const blank = blankOf(inner) as { id?: unknown };
    const made = 'id' in Object(blank) ? { ...blank, id: `target-${values.length + 1}` } : blank;
    settings.set(path, [...values, made]);
  };
  return (
    <>
      {values.map((_, index) => (
        <Fold key={index} path={[...path, index]} isOpen={values.length < 3}>
          {() => (
            <>
              <Part schema={inner} path={[...path, index]} />
              <Button
                onPress={() =>
                  settings.set(
                    path,
                    values.filter((__, other) => other !== index),
                  )
                }
              >
                {texts.remove}
              </Button>
            </>
          )}
        </Fold>
      ))}
      <div>
        <Button onPress={add}>+ {texts.add}</Button>
      </div>
    </>
  );
}

interface ShapeSettings {
  kind: Extract<Kind, { kind: 'shape' }>;
  path: Path;
  value: Record<string, unknown> | undefined;
}

/** The choice of a shape, and the fields of the chosen one. */
function Shape({ kind: { by, shapes }, path, value }: ShapeSettings) {
  const settings = useSettings();
  const { label, valueName } = useWords([...path, by]);
  const chosen = textOf(value?.[by]);
  const shape = shapes.get(chosen);
  const { [by]: _, ...properties } = shape?.properties ?? {};
  return (
    <>
      <ChoiceField
        label={label}
        value={chosen}
        choices={[...shapes.keys()].map((text) => ({ value: text, text: valueName(text) }))}
        onChoice={(name) => settings.set(path, blankOf(shapes.get(name) ?? {}))}
      />
      {shape && <Group kind={{ kind: 'group', properties }} path={path} />}
    </>
  );
}

function Perhaps({ inner, path, value }: { inner: Schema; path: Path; value: unknown }) {
  const settings = useSettings();
  const { label } = useWords(path);
  const isThere = value !== null && value !== undefined;
  return (
    <div class="perhaps">
      <TickField label={label} value={isThere} onTick={(on) => settings.set(path, on ? blankOf(inner) : null)} />
      {isThere && <Part schema={inner} path={path} />}
    </div>
  );
}
