import type { Texts } from '../api/fields.ts';

/** Sentences of the platform's own refusals, by reason. `{name}` stands for a figure of the details. */
export const platformMessages: Readonly<Record<string, Texts>> = {
  role_required: {
    uz: 'Bu amal uchun sizda huquq yo‘q. Kerakli rol: {roles}.',
    ru: 'У вас нет права на это действие. Нужна роль: {roles}.',
    en: 'You may not do this. It needs one of the roles: {roles}.',
  },
  not_signed_in: {
    uz: 'Avval tizimga kiring.',
    ru: 'Сначала войдите в систему.',
    en: 'Sign in first.',
  },
  invalid_input: {
    uz: 'Kiritilgan ma’lumot noto‘g‘ri; belgilangan maydonlarni tuzating.',
    ru: 'Введены неверные данные; исправьте отмеченные поля.',
    en: 'Some of the input is wrong; mend the marked fields.',
  },
  not_found: {
    uz: 'Topilmadi: {what} “{value}”.',
    ru: 'Не найдено: {what} «{value}».',
    en: 'Not found: {what} “{value}”.',
  },
  operation_unknown: {
    uz: '“{operation}” amali yo‘q.',
    ru: 'Операции «{operation}» нет.',
    en: 'There is no operation “{operation}”.',
  },
  version_conflict: {
    uz: 'Modul bu orada {published_version}-versiyaga o‘tgan; o‘zgarishlarni ko‘rib, qayta nashr qiling.',
    ru: 'Модуль уже в версии {published_version}; посмотрите изменения и опубликуйте снова.',
    en: 'The module is at version {published_version} by now; look at the changes and publish again.',
  },
  draft_conflict: {
    uz: '{author} bu qoralamani o‘zgartirdi; ikki matnni solishtiring.',
    ru: '{author} изменил этот черновик; сравните оба текста.',
    en: '{author} changed this draft in the meantime; compare the two texts.',
  },
  rules_have_errors: {
    uz: 'Matnda xato bor, shuning uchun hech narsa qilinmadi; avval xatolarni tuzating.',
    ru: 'В тексте есть ошибки, поэтому ничего не сделано; сначала исправьте их.',
    en: 'The text has errors, so nothing was done; mend them first.',
  },
  rule_tests_failed: {
    uz: 'Testlar o‘tmadi, shu jumladan bunga bog‘liq boshqa modullarniki ham hisobga olinadi; nashr qilinmadi.',
    ru: 'Тесты не прошли, считая тесты других модулей, которые от этого зависят; не опубликовано.',
    en: 'Tests fail, those of other modules that depend on this counted; nothing was published.',
  },
  rules_not_run: {
    uz: 'Platforma bu bloklarni hali bajarmaydi; nashr qilinmadi.',
    ru: 'Платформа эти блоки пока не выполняет; не опубликовано.',
    en: 'The platform does not run these blocks yet; nothing was published.',
  },
  module_exists: {
    uz: '{module} moduli allaqachon bor; boshqa nom tanlang.',
    ru: 'Модуль {module} уже есть; выберите другое имя.',
    en: 'There is a module {module} already; choose another name.',
  },
  module_shipped: {
    uz: 'Bu modul {plugin} plaginidan kelgan; uni olib tashlab bo‘lmaydi, matnini o‘zgartiring.',
    ru: 'Модуль принадлежит плагину {plugin}; убрать его нельзя, измените его текст.',
    en: 'The module belongs to the plugin {plugin} and can’t be removed; change its text instead.',
  },
  module_not_empty: {
    uz: 'Modulda hali qoidalar bor: {blocks}. Avval ularni o‘chirib nashr qiling.',
    ru: 'В модуле ещё есть правила: {blocks}. Сначала удалите их и опубликуйте.',
    en: 'The module still has rules: {blocks}. Take them out and publish that first.',
  },
  module_renamed: {
    uz: 'Matn “module {module}” bilan boshlanishi kerak.',
    ru: 'Текст должен начинаться со строки «module {module}».',
    en: 'The text must begin with “module {module}”.',
  },
  rules_broken: {
    uz: '“{module}” qoidalari yaroqsiz, shu sababli amal to‘xtatildi. Texnologga ayting.',
    ru: 'Правила «{module}» неисправны, поэтому действие остановлено. Сообщите технологу.',
    en: 'The rules of “{module}” are broken, so this is stopped. Tell the technologist.',
  },
  rule_fault: {
    uz: '“{formula}” hisoblanmadi: ma’lumot yetarli emas.',
    ru: 'Не удалось вычислить «{formula}»: не хватает данных.',
    en: '“{formula}” couldn’t be computed: facts are missing.',
  },
  rule_missing: {
    uz: '“{formula}” formulasi nashr qilinmagan.',
    ru: 'Формула «{formula}» не опубликована.',
    en: 'The formula “{formula}” isn’t published.',
  },
  already_released: {
    uz: 'Bu to‘siq allaqachon ochilgan.',
    ru: 'Этот запрет уже снят.',
    en: 'This gate is released already.',
  },
  not_releasable: {
    uz: '“{gate}” ochilmaydi; sababini bartaraf eting.',
    ru: '«{gate}» не снимается; устраните причину.',
    en: '“{gate}” is never released; remove its cause.',
  },
  condition_still_true: {
    uz: '“{gate}” sababi hali bartaraf etilmagan.',
    ru: 'Причина «{gate}» ещё не устранена.',
    en: 'The cause of “{gate}” is still there.',
  },
  timeout: {
    uz: 'Amal juda uzoq davom etdi; takrorlashdan oldin bajarilgan-bajarilmaganini tekshiring.',
    ru: 'Операция заняла слишком много времени; проверьте, выполнена ли она, прежде чем повторять.',
    en: 'The operation took too long; look whether it was done before repeating it.',
  },
  overloaded: {
    uz: 'Tizim band; birozdan so‘ng qayta urining.',
    ru: 'Система занята; повторите чуть позже.',
    en: 'The platform is busy; try again shortly.',
  },
  import_refused: {
    uz: '{fault_count} ta xato bor; hech narsa yuklanmadi.',
    ru: 'Найдено ошибок: {fault_count}; ничего не загружено.',
    en: '{fault_count} fault(s); nothing was imported.',
  },
  csv_unreadable: {
    uz: 'Bu fayl CSV emas.',
    ru: 'Этот файл — не CSV.',
    en: 'This file is not CSV.',
  },
  csv_empty: { uz: 'Fayl bo‘sh.', ru: 'Файл пуст.', en: 'The file is empty.' },
  csv_columns: {
    uz: 'Ustunlar mos emas. Yetishmaydi: {missing}. Ortiqcha: {unknown}.',
    ru: 'Столбцы не подходят. Не хватает: {missing}. Лишние: {unknown}.',
    en: 'The columns don’t fit. Missing: {missing}. Unknown: {unknown}.',
  },
  csv_columns_twice: {
    uz: 'Ustun ikki marta berilgan: {twice}.',
    ru: 'Столбец указан дважды: {twice}.',
    en: 'A column stands twice: {twice}.',
  },
  csv_too_long: {
    uz: 'Bir faylda ko‘pi bilan {most} qator bo‘lsin; bunda {rows} ta.',
    ru: 'Не больше {most} строк за раз; здесь {rows}.',
    en: 'At most {most} rows at a time; there are {rows}.',
  },
  filter_unknown: {
    uz: 'Bunday filtr yo‘q: {unknown}.',
    ru: 'Нет такого фильтра: {unknown}.',
    en: 'No such filter: {unknown}.',
  },
  idempotency_key_invalid: {
    uz: 'Idempotency-Key 1 dan 255 belgigacha bo‘lishi kerak.',
    ru: 'Idempotency-Key должен содержать от 1 до 255 символов.',
    en: 'Idempotency-Key must have 1 to 255 characters.',
  },
  internal: {
    uz: 'Ichki xato; raqamini administratorga ayting.',
    ru: 'Внутренняя ошибка; сообщите её номер администратору.',
    en: 'An internal error; tell the administrator its number.',
  },
};

/**
 * Looks a reason's sentence up in the reader's language and puts the figures in. What has a word of its own
 * (`roles.admin`, `state.approved`) stands there by it.
 */
export function translator(messages: Readonly<Record<string, Texts>>) {
  const textOf = (key: string, locale: Locale): string | undefined => {
    const texts = Object.hasOwn(messages, key) ? messages[key] : undefined;
    return typeof texts === 'object' ? (texts[locale] ?? texts.en) : texts;
  };
  const wordOf = (name: string, value: unknown, locale: Locale): string => {
    if (value === null || value === undefined) return '—';
    if (Array.isArray(value)) return value.map((one) => wordOf(name, one, locale)).join(', ');
    return textOf(`${name}.${String(value)}`, locale) ?? String(value);
  };
  return (
    reason: string,
    locale: Locale,
    details: Readonly<Record<string, unknown>>,
  ): string | undefined =>
    textOf(reason, locale)?.replace(/\{(\w+)\}/g, (_, name: string) =>
      wordOf(name, details[name], locale),
    );
}

type Locale = 'uz' | 'ru' | 'en';
