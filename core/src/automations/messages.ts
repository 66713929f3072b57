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
};
