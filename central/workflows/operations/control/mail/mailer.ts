import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutPasswords } from '@amphi/lib/runtime/redact.ts';
import { safeFileName } from '../../../../store/media-store.ts';
import { addressIn, type MailAddress } from './mail-addresses.ts';
import type { SmtpSettings } from './smtp-settings.ts';

/** A mail as it is to be sent. */
export interface Mail {
  to: readonly MailAddress[];
  cc: readonly MailAddress[];
  bcc: readonly MailAddress[];
  subject: string;
  text?: string | undefined;
  html?: string | undefined;
  /** Name of the mail, the same for one that is sent again: readers then show it once. */
  id: string;
}

/** Sends mails. */
export interface Mailer {
  /** Sends a mail. Gives addresses that the server refused. Rejects with the reason if it takes it for nobody. */
  send(mail: Mail): Promise<readonly string[]>;
  /** Text of a template, the administrator's or ours; undefined: there is none of this name. */
  template(name: string): Promise<string | undefined>;
}

const OURS = join(import.meta.dirname, 'templates');
/** Milliseconds for a connection, a greeting, and without an answer; then the mail was not sent. */
const LIMIT_MS = { connection: 15_000, greeting: 15_000, silence: 60_000 };
/** Characters of a template that are read; a longer one is refused. */
const MOST_TEMPLATE = 64 << 10;

/** Opens the mailer. Nothing is asked of the server before a mail is sent, and the password is read each time. */
export function openMailer(settings: SmtpSettings): Mailer {
  const { host, port, security, user, passwordFile } = settings;
  const from = addressIn(settings.from) as MailAddress;
  const auth = async () => {
    if (user === undefined || passwordFile === undefined) return {};
    const text = await readFile(passwordFile, 'utf8').catch((error: Error) => {
      throw new Error(`the password of the mail server cannot be read: ${error.message}`);
    });
    return { auth: { user, pass: text.trim() } };
  };
  return {
    async send({ to, cc, bcc, subject, text, html, id }) {
      // It is loaded with the first mail: most servers send none.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        host,
        port,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        ...(await auth()),
        connectionTimeout: LIMIT_MS.connection,
        greetingTimeout: LIMIT_MS.greeting,
        socketTimeout: LIMIT_MS.silence,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        const told = await transport.sendMail({
          from,
          to: [...to],
          cc: [...cc],
          bcc: [...bcc],
          subject: subject.replaceAll(/\p{Cc}+/gu, ' ').trim(),
          ...(text === undefined ? {} : { text }),
          ...(html === undefined ? {} : { html }),
          messageId: `<${id}@${from.address.split('@')[1]}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return (told.rejected ?? []).map(String);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${host}:${port} did not take the mail: ${withoutPasswords(why)}`, { cause: error });
      } finally {
        transport.close();
      }
    },
    async template(name) {
      if (safeFileName(name) !== name) return undefined;
      for (const folder of [settings.templates, OURS]) {
        const text = folder === undefined ? undefined : await readFile(join(folder, name), 'utf8').catch(ifMissing);
        if (text === undefined) continue;
        if (text.length > MOST_TEMPLATE)
          throw new Error(`the template ${name} has more than ${MOST_TEMPLATE} characters`);
        return text;
      }
      return undefined;
    },
  };
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
