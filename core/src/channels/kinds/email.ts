import { createTransport } from 'nodemailer';
import { type ChannelCall, ChannelFault, channel } from '../../api/channels.ts';
import { flag, integer, oneOf, text } from '../../api/fields.ts';
import { OF_TLS } from '../outgoing.ts';

const WAIT_MS = 10_000;
/** Of an answer of the server. */
const MOST_BYTES = 64 * 1024;

/** E-mail by SMTP, with TLS from the start (`tls`), once connected (`starttls`) or not at all (`none`). */
export const email = channel({
  name: 'email',
  title: { uz: 'E-pochta', ru: 'Эл. почта', en: 'E-mail' },
  settings: {
    host: text({ pattern: '^[A-Za-z0-9.:-]+$', maxLength: 255 }).doc({
      uz: 'SMTP server',
      ru: 'Сервер SMTP',
      en: 'SMTP server',
    }),
    port: integer({ min: 1, max: 65_535 }).default(587).doc({ uz: 'Port', ru: 'Порт', en: 'Port' }),
    security: oneOf('starttls', 'tls', 'none')
      .default('starttls')
      .doc({ uz: 'Shifrlash', ru: 'Шифрование', en: 'Encryption' }),
    check_certificate: flag().default(true).doc({
      uz: 'Sertifikat tekshirilsin',
      ru: 'Проверять сертификат',
      en: 'Check the certificate',
    }),
    from: text({ pattern: '^[^@\\s<>]+@[^@\\s<>]+$', maxLength: 200 }).doc({
      uz: 'Kimdan',
      ru: 'От кого',
      en: 'From',
    }),
    username: text({ maxLength: 200 })
      .optional()
      .doc({ uz: 'Login', ru: 'Логин', en: 'User name' }),
    password: text({ maxLength: 500, secret: true })
      .optional()
      .doc({ uz: 'Parol', ru: 'Пароль', en: 'Password' }),
  },
  address: {
    title: { uz: 'E-pochta manzili', ru: 'Адрес эл. почты', en: 'E-mail address' },
    pattern: '^[^@\\s<>,;]+@[^@\\s<>,;]+$',
    example: 'name@plant.example',
  },
  secretsGoTo: ['host', 'port', 'security', 'check_certificate'],
  bundles: true,
  longest: 20_000,
  async send(call) {
    const { message, settings, address, signal } = call;
    const from = String(settings.from);
    const server = serverOf(call);
    try {
      await server.sendMail({
        from,
        // As an object it is one address and never read as a list or a group of them.
        to: { name: '', address: address ?? from },
        // A server that drips is no more let to hold up the next message than one that is silent.
        signal,
        subject: message.subject,
        text: message.text,
        // The same at a repetition: mail programs show it once.
        messageId: `<${message.id}@${from.split('@')[1] ?? 'qoida'}>`,
        headers: { 'auto-submitted': 'auto-generated', 'x-qoida-delivery': message.id },
        ...(message.severity === 'P1' ? { priority: 'high' as const } : {}),
      });
    } catch (error) {
      throw faultOf(error, signal);
    } finally {
      server.close();
    }
  },
});

function serverOf({ settings }: ChannelCall) {
  const { username, password } = settings;
  return createTransport({
    host: String(settings.host),
    port: Number(settings.port),
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    tls: { rejectUnauthorized: settings.check_certificate !== false },
    connectionTimeout: WAIT_MS,
    greetingTimeout: WAIT_MS,
    socketTimeout: WAIT_MS,
    maxResponseSize: MOST_BYTES,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(typeof username === 'string' && username !== ''
      ? { auth: { user: username, pass: String(password ?? '') } }
      : {}),
  });
}

/** RFC 5321: a 5xx answer is final, a 4xx may be another tomorrow; so may a connection. */
function faultOf(error: unknown, signal: AbortSignal): ChannelFault {
  if (signal.aborted)
    return new ChannelFault('timeout', 'The SMTP server did not finish in time', true);
  const { code, originalCode, responseCode, message } = error as {
    code?: string;
    /** Of the system, where the mailer has put its own in the place. */
    originalCode?: string;
    responseCode?: number;
    message?: string;
  };
  const text = (message ?? String(error)).slice(0, 500);
  if (code === 'EAUTH') return new ChannelFault('sign_in_refused', text, false);
  if (responseCode !== undefined)
    return new ChannelFault(`smtp_${responseCode}`, text, responseCode < 500);
  const why = OF_TLS.exec(originalCode ?? code ?? '')?.input;
  if (why !== undefined)
    return new ChannelFault('tls_failed', `The SMTP server is not trusted: ${why}`, true);
  return new ChannelFault('unreachable', text, true);
}
