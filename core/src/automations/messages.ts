import type { Texts } from '../api/fields.ts';

/** Sentences of this area's refusals, by reason. */
export const automationMessages: Readonly<Record<string, Texts>> = {
  action_not_dead: {
    uz: 'Bu amal to‘xtab qolmagan: uning holati “{status}”.',
    ru: 'Это действие не остановлено: его состояние «{status}».',
    en: 'This action was not given up: it is “{status}”.',
  },
  action_without_argument: {
    uz: 'Amalning parametri qiymatsiz ({message}), shuning uchun qayta urinish foyda bermaydi: uni ro‘yxatdan oling.',
    ru: 'У действия нет значения параметра ({message}), повтор не поможет: снимите его с разбора.',
    en: 'A parameter of this action has no value ({message}), so trying again is no use: put it aside.',
  },
  rule_is_so: {
    uz: 'Qoida allaqachon shu holatda.',
    ru: 'Правило уже в этом состоянии.',
    en: 'The rule is in this state already.',
  },
  action_argument_fault: {
    uz: 'Parametrning qiymati yo‘q: {names} ({code}).',
    ru: 'У параметра нет значения: {names} ({code}).',
    en: 'A parameter has no value: {names} ({code}).',
  },
  action_stale: {
    uz: '{late} soniya kech qoldi: qurilma bunday kech harakatga keltirilmaydi.',
    ru: 'Опоздало на {late} с: устройство так поздно не включают.',
    en: 'It was {late} s late: nothing is moved so long after it was meant.',
  },
  action_earlier_failed: {
    uz: 'Undan oldingi amal bajarilmadi.',
    ru: 'Действие перед ним не удалось.',
    en: 'An action before it failed.',
  },
  action_approval_rejected: {
    uz: 'Rad etildi. {by}',
    ru: 'Отклонено. {by}',
    en: 'Rejected. {by}',
  },
  action_approval_expired: {
    uz: 'Hech kim vaqtida qaror qilmadi.',
    ru: 'Никто вовремя не решил.',
    en: 'Nobody decided in time.',
  },
  action_approval_withdrawn: {
    uz: 'So‘rov qaytarib olindi.',
    ru: 'Запрос отозван.',
    en: 'The request was withdrawn.',
  },
  action_broke: {
    uz: 'Ichki xato: {message}',
    ru: 'Внутренняя ошибка: {message}',
    en: 'An internal error: {message}',
  },
  action_no_answer: {
    uz: 'Vaqtida javob bo‘lmadi.',
    ru: 'Вовремя не ответило.',
    en: 'It did not answer in time.',
  },
  day_off_range: {
    uz: 'Oxirgi kun birinchisidan oldin bo‘lmasligi va bir marta ko‘pi bilan {most} kun bo‘lishi kerak.',
    ru: 'Последний день не может быть раньше первого, и за один раз — не больше {most} дней.',
    en: 'The last day must not be before the first, and at most {most} days are changed at once.',
  },
};
