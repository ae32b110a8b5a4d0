import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { addressesIn, type MailAddress } from './mail/mail-addresses.ts';
import { mailValues } from './mail/mail-values.ts';
import type { Mailer } from './mail/mailer.ts';
import { filledTemplate } from './mail/template.ts';

type Needs = Pick<OperationNeeds, 'database' | 'mailer'>;
type Fill = (template: string, isHtml?: boolean) => string;

/** Addresses that a mail is sent to; one with more is refused. */
const MOST_ADDRESSES = 200;

/** `send-email`: sends a mail about the event. Its texts are templates. */
export const sendEmail = ({ database, mailer }: Needs): Operation => ({
  id: 'send-email',
  weight: 'light',
  async run(context) {
    if (!mailer)
      throw new OperationFailed('send-email: this server sends no mail: the setting smtp names no mail server');
    const { keys, workflow, position, log } = context;
    const { values, title } = await mailValues(database, context);
    const fill: Fill = (template, isHtml = false) => filled(template, { values, isHtml });
    const [to, cc, bcc] = ['to', 'cc', 'bcc'].map((name) => addressesOf(context, name, fill)) as [
      MailAddress[],
      MailAddress[],
      MailAddress[],
    ];
    const count = to.length + cc.length + bcc.length;
    if (count === 0) return { kind: 'skip', why: 'nobody is left to whom the mail could be sent' };
    if (count > MOST_ADDRESSES)
      throw new OperationFailed(`send-email: a mail goes to ${MOST_ADDRESSES} addresses at most`);
    const bodies = await bodiesOf(context, mailer, fill);
    const text = bodies.text ?? (bodies.html === undefined ? `${title} (${workflow.event})` : undefined);
    const subject = fill(keys.text('subject') ?? '');
    const id = `workflow-${workflow.id}-${position}`;
    const refused = await mailer.send({ to, cc, bcc, subject, text, html: bodies.html, id }).catch((error: Error) => {
      throw new OperationFailed(`send-email: ${error.message}`);
    });
    for (const one of refused) log(`the server refused ${one}`, 'warning');
    log(`sent to ${count - refused.length} addresses`);
    return { kind: 'done' };
  },
});

function filled(template: string, filling: Parameters<typeof filledTemplate>[1]): string {
  try {
    return filledTemplate(template, filling);
  } catch (error) {
    if (error instanceof RangeError) throw new OperationFailed(`send-email: ${error.message}`);
    throw error;
  }
}

/** Addresses of a key. Throws `OperationFailed` for one that is none, unless wrong ones are to be left out. */
function addressesOf({ keys, log }: OperationContext, name: string, fill: Fill): MailAddress[] {
  const text = fill(keys.text(name) ?? '').trim();
  if (text === '' && name === 'to') throw new OperationFailed('send-email: the key to is missing: the addresses');
  const { good, wrong } = addressesIn(text, keys.text('address-separator') ?? ',');
  const said = `${name}: ${wrong.map((one) => JSON.stringify(one.slice(0, 80))).join(', ')} is no e-mail address; anna@example.org is one`;
  if (wrong.length > 0 && !keys.flag('skip-invalid-address')) throw new OperationFailed(`send-email: ${said}`);
  if (wrong.length > 0) log(`${said}: left out`, 'warning');
  return [...good];
}

/** Text and HTML of the mail, each as it is written in the keys, else by its template file. */
async function bodiesOf(
  { keys }: OperationContext,
  mailer: Mailer,
  fill: Fill,
): Promise<{ text?: string | undefined; html?: string | undefined }> {
  const templateOf = async (name: string): Promise<string | undefined> => {
    const file = keys.text(name);
    if (file === undefined) return undefined;
    const found = await mailer.template(file);
    if (found === undefined)
      throw new OperationFailed(`send-email: there is no template ${JSON.stringify(file.slice(0, 80))}`);
    return found;
  };
  const plain = keys.text('body') ?? (await templateOf('body-template-file'));
  const asHtml = keys.text('body-html') ?? (await templateOf('body-html-template-file'));
  const isHtml = keys.flag('use-html') && asHtml === undefined;
  const html = isHtml ? plain : asHtml;
  return {
    text: plain === undefined || isHtml ? undefined : fill(plain),
    html: html === undefined ? undefined : fill(html, true),
  };
}
