import { type ChannelCall, ChannelFault, channel } from '../../api/channels.ts';
import { text } from '../../api/fields.ts';
import { needGood } from '../outgoing.ts';

/** Telegram by a bot of the plant (Bot API, `sendMessage`); people write to the bot first. */
export const telegram = channel({
  name: 'telegram',
  title: { uz: 'Telegram', ru: 'Telegram', en: 'Telegram' },
  settings: {
    bot_token: text({ pattern: '^[0-9]+:[A-Za-z0-9_-]{10,}$', maxLength: 200, secret: true }).doc({
      uz: 'Bot tokeni (@BotFather beradi)',
      ru: 'Токен бота (выдаёт @BotFather)',
      en: 'Token of the bot (from @BotFather)',
    }),
    api_url: text({ pattern: '^https?://', maxLength: 300 })
      .default('https://api.telegram.org')
      .doc({ uz: 'Bot API manzili', ru: 'Адрес Bot API', en: 'Address of the Bot API' }),
  },
  address: {
    title: { uz: 'Chat raqami', ru: 'Номер чата', en: 'Chat id' },
    pattern: '^(-?[0-9]{1,20}|@[A-Za-z0-9_]{5,64})$',
    example: '123456789',
  },
  secretsGoTo: ['api_url'],
  bundles: true,
  longest: 4096,
  async send(call) {
    const { message, address } = call;
    // Without `parse_mode` nothing in a text is markup.
    const body = { chat_id: address, text: message.text, disable_web_page_preview: true };
    const { ok, code, description, waitMs } = await ask(call, 'sendMessage', body);
    if (ok) return;
    throw new ChannelFault(
      `telegram_${code}`,
      description.slice(0, 500),
      code === 429 || code >= 500,
      waitMs,
    );
  },
  async test(call) {
    const { ok, description } = await ask(call, 'getMe', {});
    if (!ok) throw new ChannelFault('sign_in_refused', description || 'no such bot', false);
  },
});

interface BotAnswer {
  readonly ok: boolean;
  readonly code: number;
  readonly description: string;
  /** How long the bot has to wait, in milliseconds. */
  readonly waitMs: number | null;
}

/** The token stands in the path by Telegram's design: no error here may show the address. */
async function ask(
  { settings, post }: ChannelCall,
  method: string,
  body: Readonly<Record<string, unknown>>,
): Promise<BotAnswer> {
  const base = String(settings.api_url).replace(/\/+$/, '');
  const answer = await post(`${base}/bot${settings.bot_token}/${method}`, JSON.stringify(body), {});
  const said = objectIn(answer.text);
  if (typeof said?.ok !== 'boolean') {
    needGood(answer, 'the Bot API');
    throw new ChannelFault('answer_unreadable', 'This is not how the Bot API answers', true);
  }
  const { ok, error_code: code, description, parameters } = said;
  const { retry_after: seconds } = (parameters ?? {}) as { readonly retry_after?: unknown };
  return {
    ok,
    code: typeof code === 'number' ? code : 0,
    description: typeof description === 'string' ? description : '',
    waitMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : answer.retryAfterMs,
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null
      ? (read as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
