import type { Texts } from '@qoida/core';

/** Refusals of sessions, recipes and scrap. */
export const sessionMessages: Readonly<Record<string, Texts>> = {
  workcenter_busy: {
    uz: '{workcenter}da boshqa sessiya ishlayapti (partiya {partiya_no}). Avval uni yakunlang.',
    ru: 'На {workcenter} идёт другая сессия (партия {partiya_no}). Сначала завершите её.',
    en: 'Another session (lot {partiya_no}) is running on {workcenter}. End it first.',
  },
  workcenter_inactive: {
    uz: '{workcenter} o‘chirilgan.',
    ru: '{workcenter} отключён.',
    en: '{workcenter} is switched off.',
  },
  recipe_missing: {
    uz: '{sku} uchun e’lon qilingan retsept yo‘q. Texnologga ayting.',
    ru: 'Для {sku} нет опубликованного рецепта. Сообщите технологу.',
    en: '{sku} has no published recipe. Tell the technologist.',
  },
  recipe_published: {
    uz: 'E’lon qilingan retsept ({version}) o‘zgarmaydi; yangi versiya yarating.',
    ru: 'Опубликованный рецепт ({version}) не меняется; создайте новую версию.',
    en: 'A published recipe ({version}) doesn’t change; make a new version.',
  },
  recipe_ratio_sum: {
    uz: 'Retsept ulushlari yig‘indisi 100 % bo‘lishi kerak, hozir {sum_pct} %.',
    ru: 'Сумма долей рецепта должна быть 100 %, сейчас {sum_pct} %.',
    en: 'The shares of a recipe must sum to 100 %, now they are {sum_pct} %.',
  },
  recipe_line_ratio: {
    uz: '{material}: foiz yoki kg ulushidan faqat bittasini bering.',
    ru: '{material}: укажите долю в процентах или в кг, что-то одно.',
    en: '{material}: give the share in per cent or per kg, one of them.',
  },
  recipe_line_twice: {
    uz: '{material} retseptda ikki marta yozilgan.',
    ru: '{material} указан в рецепте дважды.',
    en: '{material} stands in the recipe twice.',
  },
  recipe_none: {
    uz: 'Bu sessiya retseptsiz ishlayapti.',
    ru: 'Эта сессия идёт без рецепта.',
    en: 'This session runs without a recipe.',
  },
  operator_twice: {
    uz: 'Bir operator ikki marta yozilgan.',
    ru: 'Один оператор указан дважды.',
    en: 'The same operator is named twice.',
  },
  operator_inactive: {
    uz: '{user} operatori o‘chirilgan.',
    ru: 'Оператор {user} отключён.',
    en: 'Operator {user} is switched off.',
  },
  session_not_open: {
    uz: 'Sessiya ochiq emas (holati: {status}).',
    ru: 'Сессия не открыта (состояние: {status}).',
    en: 'The session is not open (it is {status}).',
  },
  reopen_pending: {
    uz: 'Bu sessiyani qayta ochish so‘rovi allaqachon rozilik kutmoqda.',
    ru: 'Запрос на повторное открытие этой сессии уже ждёт согласия.',
    en: 'Reopening this session waits for approval already.',
  },
  session_not_closed: {
    uz: 'Faqat yopilgan sessiya qayta ochiladi (holati: {status}).',
    ru: 'Снова открывают только закрытую сессию (состояние: {status}).',
    en: 'Only a closed session is reopened (it is {status}).',
  },
  session_not_paused: {
    uz: 'Sessiya to‘xtatib turilmagan (holati: {status}).',
    ru: 'Сессия не на паузе (состояние: {status}).',
    en: 'The session is not paused (it is {status}).',
  },
  session_closed: {
    uz: 'Sessiya yopilgan.',
    ru: 'Сессия закрыта.',
    en: 'The session is closed.',
  },
  already_closed: {
    uz: 'Sessiya allaqachon yopilgan.',
    ru: 'Сессия уже закрыта.',
    en: 'The session is closed already.',
  },
  delta_over_law: {
    uz: 'Farq {delta_kg} kg; qoida yumshatilgan bo‘lsa ham zavod chegarasi {limit_kg} kg.',
    ru: 'Расхождение {delta_kg} кг; даже при мягком правиле предел завода {limit_kg} кг.',
    en: 'The balance is off by {delta_kg} kg; even with a softer rule the plant’s limit is {limit_kg} kg.',
  },
  line_thing: {
    uz: 'Har qatorda material yoki mahsulotni ko‘rsating, faqat bittasini.',
    ru: 'В строке укажите материал или продукт, что-то одно.',
    en: 'Name a material or a product in a line, one of them.',
  },
  session_closed_unregistered: {
    uz: 'Yopilgan sessiyadan faqat o‘zining tortilgan chiqindisi chiqariladi.',
    ru: 'Из закрытой сессии уходят только её взвешенные партии отходов.',
    en: 'A closed session gives only from its own weighed lots.',
  },
  session_or_lot_required: {
    uz: 'Sessiya yoki chiqindi partiyasini ko‘rsating.',
    ru: 'Укажите сессию или партию отходов.',
    en: 'Name a session or a scrap lot.',
  },
  lot_insufficient: {
    uz: 'Partiyada {remaining_kg} kg qolgan.',
    ru: 'В партии осталось {remaining_kg} кг.',
    en: 'The lot has {remaining_kg} kg left.',
  },
  seal_consumed: {
    uz: '{seal_no} plombali ochiq partiya yo‘q.',
    ru: 'Нет открытой партии с пломбой {seal_no}.',
    en: 'No open lot has the seal {seal_no}.',
  },
};
