import { createHmac } from 'node:crypto';
import { channel } from '../../api/channels.ts';
import { text } from '../../api/fields.ts';
import { needGood } from '../outgoing.ts';

/**
 * A signed POST to another system: `x-qoida-signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 of
 * `<seconds>.<body>` with the shared secret, `x-qoida-delivery` the same at a repetition.
 */
export const webhook = channel({
  name: 'webhook',
  title: { uz: 'Vebxuk', ru: 'Вебхук', en: 'Webhook' },
  settings: {
    url: text({ pattern: '^https?://[^\\s@]+$', maxLength: 1000 }).doc({
      uz: 'Manzil (http yoki https)',
      ru: 'Адрес (http или https)',
      en: 'Address (http or https)',
    }),
    secret: text({ pattern: '^.{16,}$', maxLength: 500, secret: true }).doc({
      uz: 'Imzo kaliti (16 belgidan)',
      ru: 'Ключ подписи (от 16 знаков)',
      en: 'Key of the signature (16 characters or more)',
    }),
  },
  bundles: false,
  async send({ settings, message, now, post }) {
    const body = JSON.stringify({
      id: message.id,
      reason: message.reason,
      severity: message.severity,
      subject: message.subject,
      text: message.text,
      at: message.at,
      alert: message.alert,
      approval: message.approval,
    });
    const at = Math.floor(now.getTime() / 1000);
    const signature = sign(String(settings.secret), at, body);
    const answer = await post(String(settings.url), body, {
      'x-qoida-delivery': message.id,
      'x-qoida-signature': `t=${at},v1=${signature}`,
    });
    needGood(answer, 'the webhook');
  },
});

const sign = (secret: string, at: number, body: string): string =>
  createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
