import { ChannelFault, channel } from '../../api/channels.ts';
import { oneOf, text } from '../../api/fields.ts';
import { needGood } from '../outgoing.ts';

/** Parts of one long text message in letters outside of GSM 03.38, which Cyrillic and ‘ are: 67 each. */
const LONGEST = 4 * 67;
const BODY = '{"phone":"{phone}","text":"{text}","id":"{id}"}';

/**
 * Text messages through the HTTP gateway of an operator or provider. What it wants to be sent is written as a
 * JSON object with `{phone}`, `{text}`, `{id}` in its texts; each stands for itself, whatever it holds.
 */
export const sms = channel({
  name: 'sms',
  title: { uz: 'SMS', ru: 'SMS', en: 'SMS' },
  settings: {
    url: text({ pattern: '^https?://[^\\s@]+$', maxLength: 1000 }).doc({
      uz: 'SMS shlyuzining manzili',
      ru: 'Адрес SMS-шлюза',
      en: 'Address of the SMS gateway',
    }),
    format: oneOf('json', 'form').default('json').doc({
      uz: 'So‘rov shakli',
      ru: 'Вид запроса',
      en: 'Form of the request',
    }),
    body: text({ pattern: '^\\s*\\{[\\s\\S]*\\}\\s*$', maxLength: 4000 }).default(BODY).doc({
      uz: 'So‘rov matni: {phone}, {text} va {id} bo‘lgan JSON obyekti',
      ru: 'Тело запроса: объект JSON с {phone}, {text} и {id}',
      en: 'What is sent: a JSON object with {phone}, {text} and {id}',
    }),
    authorization: text({ pattern: '^[^\\r\\n]+$', maxLength: 1000, secret: true }).optional().doc({
      uz: 'Authorization sarlavhasi (masalan: Bearer …)',
      ru: 'Заголовок Authorization (например: Bearer …)',
      en: 'The header Authorization (for example: Bearer …)',
    }),
  },
  address: {
    title: { uz: 'Telefon raqami', ru: 'Номер телефона', en: 'Phone number' },
    pattern: '^\\+?[0-9]{7,15}$',
    example: '+998901234567',
  },
  secretsGoTo: ['url'],
  bundles: true,
  longest: LONGEST,
  // Each costs money and wakes somebody: the most severe, until the plant says otherwise.
  severities: ['P1'],
  approvals: false,
  async send({ settings, address, message, post }) {
    const values = { phone: address ?? '', text: message.text, id: message.id };
    const body = filled(objectIn(String(settings.body)), values);
    const isForm = settings.format === 'form';
    const answer = await post(String(settings.url), isForm ? formOf(body) : JSON.stringify(body), {
      ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...(typeof settings.authorization === 'string' && settings.authorization !== ''
        ? { authorization: settings.authorization }
        : {}),
    });
    if (answer.status === 401 || answer.status === 403)
      throw new ChannelFault('sign_in_refused', `The gateway answered ${answer.status}`, false);
    needGood(answer, 'the SMS gateway');
  },
});

type Values = Readonly<Record<'phone' | 'text' | 'id', string>>;

/** @throws ChannelFault settings_wrong */
function objectIn(template: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(template);
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return read as Readonly<Record<string, unknown>>;
  } catch {
    // Told below, as for any other text that is no object.
  }
  throw new ChannelFault('settings_wrong', 'What is sent to the gateway is no JSON object', false);
}

/** The texts of a template with the values in their places; values are never read as JSON. */
function filled(part: unknown, values: Values): unknown {
  if (typeof part === 'string')
    return part.replace(/\{(phone|text|id)\}/g, (_, name: keyof Values) => values[name]);
  if (Array.isArray(part)) return part.map((one) => filled(one, values));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, filled(one, values)]));
}

function formOf(body: unknown): string {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(body as Readonly<Record<string, unknown>>))
    form.append(key, typeof value === 'string' ? value : JSON.stringify(value));
  return form.toString();
}
