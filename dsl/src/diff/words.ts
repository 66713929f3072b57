import type { BlockKey } from '../language/keywords.ts';
import { type ChangeKind, needChange, type RuleChange } from './change.ts';

/** The languages changes are told in; any other reader is answered in English. */
interface Words {
  readonly block: Readonly<Record<BlockKey, string>>;
  /** A change of a block that is called `it`. */
  readonly told: Readonly<Record<ChangeKind, (it: string, change: Parts) => string>>;
  /** What a change means, with the gates and approvals that it means it for. */
  readonly effect: Readonly<Record<'stricter' | 'looser' | 'unclear', (guards: string) => string>>;
}

interface Parts {
  readonly clause: string;
  readonly before: string;
  readonly after: string;
  /** What a figure limits, in brackets, or nothing. */
  readonly of: string;
}

const arrow = ({ before, after }: Parts): string => `${before || '–'} → ${after || '–'}`;
const part = ({ clause }: Parts): string => (clause === '' ? '' : ` «${clause}»`);

const ENGLISH: Words = {
  block: {
    language: 'language',
    module: 'module',
    requires: 'requirement',
    formula: 'formula',
    gate: 'gate',
    approval: 'approval',
    kpi: 'KPI',
    balance: 'balance',
    automation: 'automation',
    schedule: 'schedule',
    alert: 'alert',
    entity: 'entity',
    screen: 'screen',
    test: 'test',
  },
  told: {
    added: (it) => `new: ${it}`,
    removed: (it) => `${it} removed`,
    renamed: (it, c) => `${it}: called ${c.before} before`,
    figure: (it, c) => `limit of ${it}${c.of} ${arrow(c)}`,
    condition_added: (it, c) => `${it}${part(c)}: one more condition, ${c.after}`,
    condition_removed: (it, c) => `${it}${part(c)}: one condition less, ${c.before}`,
    item_added: (it, c) => `${it}${part(c)}: ${c.after} counts too${c.of}`,
    item_removed: (it, c) => `${it}${part(c)}: ${c.before} counts no longer${c.of}`,
    condition: (it, c) => `${it}${part(c)}: ${arrow(c)}`,
    mode: (it, c) => `mode of ${it}: ${arrow(c)}`,
    point_added: (it, c) => `${it} stands at ${c.after} too`,
    point_removed: (it, c) => `${it} stands at ${c.before} no longer`,
    role_added: (it, c) => `${it}${part(c)}: ${c.after} may too`,
    role_removed: (it, c) => `${it}${part(c)}: ${c.before} may no longer`,
    step_added: (it, c) => `${it}: one more step, ${c.after}`,
    step_removed: (it, c) => `${it}: one step less, ${c.before}`,
    step: (it, c) => `steps of ${it}: ${arrow(c)}`,
    clause_added: (it, c) => `${it}: new ${c.after}`,
    clause_removed: (it, c) => `${it}: no longer ${c.before}`,
    clause: (it, c) => `${it}${part(c)} changed: ${arrow(c)}`,
    comment: (it) => `comment of ${it} changed`,
    order: (it) => `order in ${it} changed`,
    language: (_, c) => `written in other words: ${arrow(c)}`,
    text: () => 'the text changed in a way that can only be read in the text itself',
  },
  effect: {
    stricter: (guards) => `stricter: ${guards}`,
    looser: (guards) => `looser: ${guards}`,
    unclear: (guards) => `may be looser: ${guards}`,
  },
};

const UZBEK: Words = {
  block: {
    language: 'til',
    module: 'modul',
    requires: 'talab',
    formula: 'formula',
    gate: 'to‘siq',
    approval: 'tasdiq',
    kpi: 'KPI',
    balance: 'balans',
    automation: 'avtomatika',
    schedule: 'jadval',
    alert: 'ogohlantirish',
    entity: 'obyekt',
    screen: 'ekran',
    test: 'test',
  },
  told: {
    added: (it) => `yangi: ${it}`,
    removed: (it) => `${it} olib tashlandi`,
    renamed: (it, c) => `${it}: avval ${c.before} deb atalgan`,
    figure: (it, c) => `chegara, ${it}${c.of}: ${arrow(c)}`,
    condition_added: (it, c) => `${it}${part(c)}: yana bir shart, ${c.after}`,
    condition_removed: (it, c) => `${it}${part(c)}: bir shart kam, ${c.before}`,
    item_added: (it, c) => `${it}${part(c)}: ${c.after} ham hisobda${c.of}`,
    item_removed: (it, c) => `${it}${part(c)}: ${c.before} endi hisobda emas${c.of}`,
    condition: (it, c) => `${it}${part(c)}: ${arrow(c)}`,
    mode: (it, c) => `rejim, ${it}: ${arrow(c)}`,
    point_added: (it, c) => `${it} endi ${c.after} da ham turadi`,
    point_removed: (it, c) => `${it} endi ${c.before} da turmaydi`,
    role_added: (it, c) => `${it}${part(c)}: ${c.after} ham mumkin`,
    role_removed: (it, c) => `${it}${part(c)}: ${c.before} endi mumkin emas`,
    step_added: (it, c) => `${it}: yana bir bosqich, ${c.after}`,
    step_removed: (it, c) => `${it}: bir bosqich kam, ${c.before}`,
    step: (it, c) => `bosqichlar, ${it}: ${arrow(c)}`,
    clause_added: (it, c) => `${it}: yangi ${c.after}`,
    clause_removed: (it, c) => `${it}: endi yo‘q ${c.before}`,
    clause: (it, c) => `${it}${part(c)} o‘zgardi: ${arrow(c)}`,
    comment: (it) => `izoh o‘zgardi: ${it}`,
    order: (it) => `tartib o‘zgardi: ${it}`,
    language: (_, c) => `boshqa tilda yozilgan: ${arrow(c)}`,
    text: () => 'matn shunday o‘zgarganki, farqni faqat matnning o‘zidan ko‘rish mumkin',
  },
  effect: {
    stricter: (guards) => `qattiqroq: ${guards}`,
    looser: (guards) => `yumshoqroq: ${guards}`,
    unclear: (guards) => `yumshoqroq bo‘lishi mumkin: ${guards}`,
  },
};

const RUSSIAN: Words = {
  block: {
    language: 'язык',
    module: 'модуль',
    requires: 'требование',
    formula: 'формула',
    gate: 'запрет',
    approval: 'согласование',
    kpi: 'KPI',
    balance: 'баланс',
    automation: 'автоматика',
    schedule: 'расписание',
    alert: 'оповещение',
    entity: 'объект',
    screen: 'экран',
    test: 'тест',
  },
  told: {
    added: (it) => `новое: ${it}`,
    removed: (it) => `удалено: ${it}`,
    renamed: (it, c) => `${it}: прежнее имя ${c.before}`,
    figure: (it, c) => `предел, ${it}${c.of}: ${arrow(c)}`,
    condition_added: (it, c) => `${it}${part(c)}: ещё одно условие, ${c.after}`,
    condition_removed: (it, c) => `${it}${part(c)}: одним условием меньше, ${c.before}`,
    item_added: (it, c) => `${it}${part(c)}: учитывается и ${c.after}${c.of}`,
    item_removed: (it, c) => `${it}${part(c)}: больше не учитывается ${c.before}${c.of}`,
    condition: (it, c) => `${it}${part(c)}: ${arrow(c)}`,
    mode: (it, c) => `режим, ${it}: ${arrow(c)}`,
    point_added: (it, c) => `${it} стоит и на ${c.after}`,
    point_removed: (it, c) => `${it} больше не стоит на ${c.before}`,
    role_added: (it, c) => `${it}${part(c)}: можно и ${c.after}`,
    role_removed: (it, c) => `${it}${part(c)}: больше нельзя ${c.before}`,
    step_added: (it, c) => `${it}: ещё один шаг, ${c.after}`,
    step_removed: (it, c) => `${it}: одним шагом меньше, ${c.before}`,
    step: (it, c) => `шаги, ${it}: ${arrow(c)}`,
    clause_added: (it, c) => `${it}: добавлено ${c.after}`,
    clause_removed: (it, c) => `${it}: больше нет ${c.before}`,
    clause: (it, c) => `${it}${part(c)} изменено: ${arrow(c)}`,
    comment: (it) => `комментарий изменён: ${it}`,
    order: (it) => `порядок изменён: ${it}`,
    language: (_, c) => `написано другими словами: ${arrow(c)}`,
    text: () => 'текст изменён так, что разницу видно только в самом тексте',
  },
  effect: {
    stricter: (guards) => `строже: ${guards}`,
    looser: (guards) => `мягче: ${guards}`,
    unclear: (guards) => `может быть мягче: ${guards}`,
  },
};

const WORDS: Readonly<Record<string, Words>> = { en: ENGLISH, uz: UZBEK, ru: RUSSIAN };

/**
 * One change as a sentence: "limit of gate delta_exceeded 5 kg → 4 kg (formula delta_limit)". What a
 * block that gates ask means for them is said behind it.
 * @throws ApiError for arguments of another form
 */
export function changeText(change: RuleChange, language: string): string {
  needChange(change, 'change');
  const words = (Object.hasOwn(WORDS, language) ? WORDS[language] : undefined) ?? ENGLISH;
  const { kind, block, name, effect, guards } = change;
  const it = name === '' ? words.block[block] : `${words.block[block]} ${quoted(block, name)}`;
  const asked = guards.filter((guard) => guard !== name);
  const isLimit = kind === 'figure' && guards.length > 0;
  const subject =
    isLimit && asked.length > 0
      ? asked.map((guard) => `${words.block.gate} ${guard}`).join(', ')
      : it;
  const parts: Parts = {
    clause: change.clause ?? '',
    before: change.before ?? '',
    after: change.after ?? '',
    of: change.of === undefined ? '' : ` (${change.of})`,
  };
  const told = words.told[kind === 'figure' && !isLimit ? 'condition' : kind](subject, parts);
  if (subject !== it) return `${told} (${it})`;
  if (effect === 'same' || asked.length === 0) return told;
  return `${told}; ${words.effect[effect](asked.join(', '))}`;
}

const quoted = (block: BlockKey, name: string): string => (block === 'test' ? `«${name}»` : name);
