import type { Locale } from '../api/locale.ts';
import { momentIn, oneLine } from '../channels/wording.ts';

/** What there is to tell of a request, in the language of whom it is told. */
export interface Told {
  readonly title: string;
  /** What its rule says of it. */
  readonly message: string;
  readonly by: string;
  /** For whom, where a rule asked because of what they did. */
  readonly behind: readonly string[];
  readonly until: Date;
  readonly url: string | null;
}

/** What became of a request. */
export interface Ending {
  readonly kind: 'done' | 'approved' | 'refused' | 'failed' | 'rejected' | 'expired';
  /** Who rejected it, and why; why it was not done. */
  readonly why: string | null;
}

interface Words {
  readonly asked: string;
  readonly reminded: string;
  readonly what: string;
  readonly by: string;
  readonly behind: string;
  readonly inPlaceOf: string;
  readonly until: string;
  readonly ended: Readonly<Record<Ending['kind'], string>>;
}

const WORDS: Readonly<Record<Locale, Words>> = {
  uz: {
    asked: 'Tasdig‘ingiz kutilmoqda',
    reminded: 'Tasdig‘ingiz hamon kutilmoqda',
    what: 'Amal',
    by: 'Kim so‘radi',
    behind: 'Kimning ishi sababli',
    inPlaceOf: 'Kimning o‘rniga',
    until: 'Muddati',
    ended: {
      done: 'Tasdiqlandi va bajarildi',
      approved: 'Tasdiqlandi',
      refused: 'Tasdiqlandi, lekin bajarilmadi',
      failed: 'Tasdiqlandi, lekin bajarishda xato chiqdi',
      rejected: 'Rad etildi',
      expired: 'Vaqtida hech kim qaror qilmadi: so‘rovning muddati o‘tdi',
    },
  },
  ru: {
    asked: 'Ждёт вашего согласования',
    reminded: 'Всё ещё ждёт вашего согласования',
    what: 'Операция',
    by: 'Кто просит',
    behind: 'Из-за чьих действий',
    inPlaceOf: 'За кого',
    until: 'До',
    ended: {
      done: 'Согласовано и выполнено',
      approved: 'Согласовано',
      refused: 'Согласовано, но не выполнено',
      failed: 'Согласовано, но при выполнении произошла ошибка',
      rejected: 'Отклонено',
      expired: 'Вовремя никто не решил: срок запроса истёк',
    },
  },
  en: {
    asked: 'Waits for your approval',
    reminded: 'Still waits for your approval',
    what: 'Operation',
    by: 'Asked by',
    behind: 'Because of',
    inPlaceOf: 'In place of',
    until: 'Until',
    ended: {
      done: 'Approved and done',
      approved: 'Approved',
      refused: 'Approved, but not done',
      failed: 'Approved, but it failed',
      rejected: 'Rejected',
      expired: 'Nobody decided in time: the request has expired',
    },
  },
};

/** Of what a rule or a person says; the rest keeps its place beside it. */
const MOST_OF_TEXT = 1_200;
const MOST_OF_NAME = 300;

interface Reader {
  readonly locale: Locale;
  readonly zone: string;
}

/** That a request waits for somebody, or does so still. */
export function askingWords(
  told: Told,
  reason: 'asked' | 'reminded',
  inPlaceOf: string | null,
  { locale, zone }: Reader,
): { subject: string; body: string } {
  const words = WORDS[locale];
  const lines = [
    words[reason],
    ...aboutOf(told, words),
    ...line(words.behind, told.behind.join(', ')),
    ...line(words.inPlaceOf, inPlaceOf ?? ''),
    `${words.until}: ${momentIn(told.until, zone)}`,
    ...(told.url === null ? [] : [told.url]),
  ];
  return { subject: subjectOf(words[reason], told), body: lines.join('\n') };
}

/** What became of a request, for whoever asked. */
export function endingWords(
  told: Told,
  { kind, why }: Ending,
  { locale }: Reader,
): { subject: string; body: string } {
  const words = WORDS[locale];
  const said = words.ended[kind];
  const reason = why === null ? '' : oneLine(why, MOST_OF_TEXT);
  const lines = [
    reason === '' ? said : `${said}: ${reason}`,
    ...aboutOf(told, words),
    ...(told.url === null ? [] : [told.url]),
  ];
  return { subject: subjectOf(said, told), body: lines.join('\n') };
}

const aboutOf = (told: Told, words: Words): string[] => [
  ...[oneLine(told.message, MOST_OF_TEXT)].filter((text) => text !== ''),
  ...line(words.what, told.title),
  ...line(words.by, told.by),
];

const line = (name: string, value: string): string[] =>
  value === '' ? [] : [`${name}: ${oneLine(value, MOST_OF_NAME)}`];

const subjectOf = (said: string, { message, title }: Told): string =>
  oneLine(`${said}: ${message === '' ? title : message}`, 300);
