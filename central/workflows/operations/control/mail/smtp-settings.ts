import { z } from 'zod';
import { addressIn } from './mail-addresses.ts';

/** Settings of the mail server. */
export const smtpSettings = z
  .strictObject({
    /** Name or address of the server. */
    host: z.string().min(1),
    port: z.int().min(1).max(65535).default(587),
    /**
     * `starttls`: the connection is encrypted after it was made, or nothing is sent; `tls`: from its first byte on (port 465);
     * `none`: never.
     */
    security: z.enum(['starttls', 'tls', 'none'], 'must be starttls, tls or none').default('starttls'),
    user: z.string().min(1).optional(),
    /** File with the password of this user; blanks and line ends around it do not count. */
    passwordFile: z.string().startsWith('/', 'must be an absolute path').optional(),
    /** Address that mails come from: `Amphi <capture@example.org>`. */
    from: z.string().refine((text) => addressIn(text) !== undefined, 'must be an address: Amphi <capture@example.org>'),
    /** Folder with templates of mails; those with the names of ours are taken instead of these. */
    templates: z.string().startsWith('/', 'must be an absolute path').optional(),
  })
  .superRefine(({ user, passwordFile, security, host }, context) => {
    const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if ((user === undefined) !== (passwordFile === undefined))
      wrong('passwordFile', 'user and passwordFile are needed together, or neither of them');
    if (user !== undefined && security === 'none' && !/^(localhost|127\.|\[?::1)/.test(host))
      wrong('security', 'must be starttls or tls: a password is not sent in the clear');
  });

export type SmtpSettings = z.output<typeof smtpSettings>;
