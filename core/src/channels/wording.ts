import type { Severity } from '../api/channels.ts';
import type { Locale } from '../api/locale.ts';

type Reason = 'opened' | 'escalated' | 'repeated';

interface Words {
  readonly escalated: string;
  readonly repeated: string;
  readonly value: string;
  readonly threshold: string;
  readonly times: (count: number) => string;
  readonly since: string;
  readonly testSubject: string;
  readonly testBody: (channel: string) => string;
  readonly alerts: (count: number) => string;
  readonly approvals: (count: number) => string;
  readonly closed: string;
  readonly acknowledged: string;
  readonly more: (count: number) => string;
}

const WORDS: Readonly<Record<Locale, Words>> = {
  uz: {
    escalated: 'hali qabul qilinmagan',
    repeated: 'hali ochiq',
    value: 'Qiymat',
    threshold: 'Chegara',
    times: (count) => `${count} marta yuz berdi`,
    since: 'Boshlangan vaqti',
    testSubject: 'Qoida: sinov xabari',
    testBody: (channel) =>
      `“${channel}” kanali ishlayapti. Bu sinov xabari, hech narsa qilish shart emas.`,
    alerts: (count) => `${count} ta signal`,
    approvals: (count) => `${count} ta tasdiq`,
    closed: 'shu orada yopildi',
    acknowledged: 'shu orada qabul qilindi',
    more: (count) => `… va yana ${count} ta`,
  },
  ru: {
    escalated: 'ещё не принят',
    repeated: 'ещё открыт',
    value: 'Значение',
    threshold: 'Порог',
    times: (count) => `случаев: ${count}`,
    since: 'С',
    testSubject: 'Qoida: проверочное сообщение',
    testBody: (channel) => `Канал «${channel}» работает. Это проверка, делать ничего не нужно.`,
    alerts: (count) => `сигналов: ${count}`,
    approvals: (count) => `согласований: ${count}`,
    closed: 'тем временем закрыт',
    acknowledged: 'тем временем принят',
    more: (count) => `… и ещё ${count}`,
  },
  en: {
    escalated: 'not acknowledged yet',
    repeated: 'still open',
    value: 'Value',
    threshold: 'Threshold',
    times: (count) => `raised ${count} times`,
    since: 'Since',
    testSubject: 'Qoida: a test message',
    testBody: (channel) =>
      `The channel “${channel}” works. This is a test, nothing has to be done.`,
    alerts: (count) => (count === 1 ? '1 alert' : `${count} alerts`),
    approvals: (count) => (count === 1 ? '1 approval' : `${count} approvals`),
    closed: 'closed meanwhile',
    acknowledged: 'acknowledged meanwhile',
    more: (count) => `… and ${count} more`,
  },
};

export interface Told {
  readonly severity: Severity;
  readonly message: Readonly<Record<Locale, string>>;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly unit: string | null;
  readonly openedAt: Date;
  readonly count: number;
  readonly url: string | null;
}

/** One alert as a message for a person of this language. */
export function wordsFor(
  told: Told,
  { reason, locale, zone }: { reason: Reason; locale: Locale; zone: string },
): { subject: string; body: string } {
  const words = WORDS[locale];
  const text = oneLine(told.message[locale], MOST_OF_TEXT);
  const still = reason === 'escalated' || reason === 'repeated' ? ` (${words[reason]})` : '';
  const figure = (name: string, value: number | null) =>
    value === null
      ? []
      : [`${name}: ${[value, told.unit].filter((part) => part !== null).join(' ')}`];
  const lines = [
    `${told.severity}${still}`,
    text,
    ...figure(words.value, told.value),
    ...figure(words.threshold, told.threshold),
    `${words.since}: ${momentIn(told.openedAt, zone)}`,
    ...(told.count > 1 ? [words.times(told.count)] : []),
    ...(told.url === null ? [] : [told.url]),
  ];
  return {
    subject: oneLine(`[${told.severity}] ${text}${still}`, 300),
    body: lines.join('\n'),
  };
}

export const testWords = (channel: string, locale: Locale) => ({
  subject: WORDS[locale].testSubject,
  body: WORDS[locale].testBody(channel),
});

/** A message on its way, and how its alert stands now. */
interface Part {
  readonly subject: string;
  readonly body: string;
  /** Of an approval; null where it is of an alert. */
  readonly approval_id: string | null;
  readonly standing: { readonly status: string } | undefined;
}

interface Room {
  readonly locale: Locale;
  /** Characters that the text may have. */
  readonly longest: number;
  readonly publicUrl: string | null;
}

/**
 * Messages for one person as one. Few are told whole, of many each in a line; what does not fit is
 * counted. Of an alert that was taken up or closed on the way it is said.
 */
export function composed(
  parts: readonly Part[],
  { locale, longest, publicUrl }: Room,
): { subject: string; text: string } {
  const words = WORDS[locale];
  const meanwhile = ({ standing }: Part): string[] => {
    if (standing?.status === 'closed') return [words.closed];
    return standing?.status === 'ack' ? [words.acknowledged] : [];
  };
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    const text = [only.body, ...meanwhile(only).map((said) => `(${said})`)].join('\n');
    return { subject: only.subject, text: cut(text, longest) };
  }
  const asked = parts.filter(({ approval_id }) => approval_id !== null).length;
  const alerts = parts.length - asked;
  const counts = [
    ...(alerts > 0 ? [words.alerts(alerts)] : []),
    ...(asked > 0 ? [words.approvals(asked)] : []),
  ];
  const subject = `Qoida: ${counts.join(', ')}`;
  const whole = parts.map((part) => [part.body, ...meanwhile(part).map((said) => `(${said})`)]);
  const text = whole.map((lines) => lines.join('\n')).join('\n\n');
  if (parts.length <= MOST_WHOLE && text.length <= longest) return { subject, text };
  const lines = parts.map((part) =>
    [part.subject, ...meanwhile(part).map((said) => `(${said})`)].join(' '),
  );
  const end = publicUrl === null ? [] : [`${publicUrl}/${alerts > 0 ? 'alerts' : 'approvals'}`];
  return { subject, text: asMany(lines, end, { room: longest, more: words.more }) };
}

/** As many lines as there is room for, how many are left, and what stands at the end in any case. */
function asMany(
  lines: readonly string[],
  end: readonly string[],
  { room, more }: { room: number; more: Words['more'] },
): string {
  for (let count = Math.min(lines.length, MOST_LINES); ; count -= 1) {
    const left = lines.length - count;
    const text = [...lines.slice(0, count), ...(left === 0 ? [] : [more(left)]), ...end].join('\n');
    if (text.length <= room || count === 0) return cut(text, room);
  }
}

const MOST_WHOLE = 10;
const MOST_LINES = 100;
/** Of what a rule says of an alert: its link and figures keep their place beside it. */
const MOST_OF_TEXT = 2_000;

/** A text that is too long ends with `…`; no character is cut in two. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, Math.max(0, longest - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * One line, whatever facts a rule's text holds: a line break would begin another header, or a line that
 * the rule did not write; marks that turn the direction of reading would let a name say something else.
 */
export const oneLine = (text: string, longest: number): string =>
  cut(
    text
      .toWellFormed()
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\s\u202A-\u202E\u2066-\u2069]+/gu, ' ')
      .trim(),
    longest,
  );

export const momentIn = (at: Date, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at);
