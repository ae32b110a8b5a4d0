import { z } from 'zod';
import { key } from '../key.ts';

/** Names and addresses of servers; their characters have no special meaning in the files of time programs. */
const NAMES = /^(?:[A-Za-z0-9][A-Za-z0-9.:-]{0,252}(?: [A-Za-z0-9][A-Za-z0-9.:-]{0,252}){0,7})?$/;

/** Servers that the machine asks for the time. */
export const timeServers = key(
  z
    .string()
    .max(500)
    .regex(NAMES, 'must be at most eight names or addresses with one blank between: ntp.example.org 10.0.0.1')
    .optional(),
  {
    label: { en: 'Time servers', fr: 'Serveurs de temps' },
    en: 'servers that the machine asks for the time, where it lets the box name them (docs/operating.md, The clock)',
    fr: 'serveurs auxquels la machine demande l’heure, si elle laisse l’appareil les nommer',
    form: {
      en: 'up to 500 characters: names or addresses, blanks between',
      fr: 'jusqu’à 500 caractères : noms ou adresses, séparés par des espaces',
    },
    standard: "the machine's",
  },
);
