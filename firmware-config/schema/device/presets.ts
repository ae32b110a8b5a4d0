import { z } from 'zod';
import { encoderSettings } from './encoders.ts';
import { inputNumber, pictureSettings } from './inputs.ts';
import { group, key } from '../key.ts';
import { DESCRIPTION, metadata } from './metadata.ts';
import { numbered, presetName } from '../parts.ts';
import { MULTICAST, multicast, pushUrl, streamName } from './streams.ts';
import { NAME_16, URL_1024 } from '../phrases.ts';

/** Presets, saved under numbers (SMP 351 `1*` to `4*`, `R5*`). Layouts are in `layouts.ts`. */

const name = key(presetName, { label: { en: 'Name', fr: 'Nom' }, en: 'name of the preset', fr: 'nom du préréglage' });
const enabled = key(z.boolean(), {
  label: { en: 'Enabled', fr: 'Actif' },
  en: 'whether it is offered, or sent',
  fr: 'proposé, ou envoyé',
});

/** User presets (`1*`): settings for each input, and a name for each number. */
const user = z.strictObject({
  names: group(numbered(name), { en: 'Names', fr: 'Noms' }),
  ofInput: group(numbered(numbered(pictureSettings)), { en: 'Of each input', fr: 'Par entrée' }),
});

/** Input presets (`2*`): an input, and how its picture is treated. */
const input = pictureSettings.extend({
  name,
  input: key(inputNumber, { label: { en: 'Input', fr: 'Entrée' }, en: 'which input it selects', fr: 'entrée choisie' }),
});

/** Streaming presets (`3*`). */
const streaming = z.strictObject({
  name,
  stream: z.strictObject({
    enabled,
    name: key(streamName, {
      label: { en: 'Stream name', fr: 'Nom du flux' },
      en: 'name of the stream',
      fr: 'nom du flux',
      form: NAME_16,
    }),
    multicast: group(multicast.optional(), MULTICAST),
  }),
  pushes: group(
    z
      .array(
        z.strictObject({
          url: key(pushUrl, {
            label: { en: 'Address', fr: 'Adresse' },
            en: 'address that it is sent to',
            fr: 'adresse d’envoi',
            form: URL_1024,
          }),
          enabled,
        }),
      )
      .max(2),
    { en: 'Push targets', fr: 'Envois' },
  ),
});

/** Encoder presets (`4*`); a missing number is the factory's. */
const encoder = z.strictObject({ name, settings: group(encoderSettings, { en: 'Settings', fr: 'Réglages' }) });

/** Recording profiles (`R5*`). */
const profile = z.strictObject({
  name: key(presetName, { label: { en: 'Name', fr: 'Nom' }, en: 'name of the profile', fr: 'nom du profil' }),
  metadata: group(metadata, DESCRIPTION),
});

/** All presets except layouts. */
export const presets = z.strictObject({
  user: group(user, { en: 'User presets', fr: 'Préréglages d’image' }),
  input: group(numbered(input), { en: 'Input presets', fr: 'Préréglages d’entrée' }),
  streaming: group(numbered(streaming), { en: 'Streaming presets', fr: 'Préréglages de flux' }),
  encoder: group(numbered(encoder), { en: 'Encoder presets', fr: 'Préréglages d’encodeur' }),
  profile: group(numbered(profile), { en: 'Recording profiles', fr: 'Profils d’enregistrement' }),
});
/** All presets except layouts. */
export type Presets = z.output<typeof presets>;
