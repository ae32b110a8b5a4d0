import { ChoiceField } from '#lib/pages/field.tsx';

/** All zones that this browser knows, and the one that is set. */
const zonesWith = (value: string): string[] =>
  [...new Set([value, 'UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted();

/** The choice of a time zone. */
export function ZoneField(settings: {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  value: string;
  onZone: (zone: string) => void;
}) {
  const { label, help, error, value, onZone } = settings;
  return (
    <ChoiceField
      label={label}
      help={help}
      error={error}
      value={value}
      choices={zonesWith(value).map((zone) => ({ value: zone, text: zone.replaceAll('_', ' ') }))}
      onChoice={onZone}
    />
  );
}
