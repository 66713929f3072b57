import type { Texts } from '@qoida/core';

/** Refusals of packages, approvals and quality. */
export const packagingMessages: Readonly<Record<string, Texts>> = {
  sku_mismatch: {
    uz: 'Sessiya {session_sku} ishlab chiqaradi, paket {sku} emas.',
    ru: 'Сессия выпускает {session_sku}, а не {sku}.',
    en: 'The session makes {session_sku}, not {sku}.',
  },
  length_missing: {
    uz: 'Qo‘lda kiritilgan uzunlik noldan katta bo‘lsin.',
    ru: 'Введите длину больше нуля.',
    en: 'Enter a length above zero.',
  },
  length_reason_missing: {
    uz: 'Uzunlik nega qo‘lda kiritilganini yozing.',
    ru: 'Напишите, почему длина введена вручную.',
    en: 'Say why the length is entered by hand.',
  },
  length_not_counted: {
    uz: '{device} hisoblagichi jim; uzunlikni qo‘lda kiriting.',
    ru: 'Счётчик {device} молчит; введите длину вручную.',
    en: 'The counter {device} is silent; enter the length by hand.',
  },
  length_not_rejected: {
    uz: 'Faqat rad etilgan uzunlik qayta o‘lchanadi.',
    ru: 'Заново измеряется только отклонённая длина.',
    en: 'Only a rejected length is measured again.',
  },
  not_a_length_counter: {
    uz: '{device} uzunlik hisoblagichi emas.',
    ru: '{device} не счётчик длины.',
    en: '{device} is no length counter.',
  },
  not_a_draft: {
    uz: 'Paket qoralama emas (holati: {status}).',
    ru: 'Упаковка не черновик (состояние: {status}).',
    en: 'The package is no draft (it is {status}).',
  },
  package_decided: {
    uz: 'Faqat qaror kutayotgan paket bekor qilinadi (holati: {status}).',
    ru: 'Аннулируют только упаковку, по которой ещё не решено (состояние: {status}).',
    en: 'Only a package that still waits can be void (it is {status}).',
  },
  degaz_not_pending: {
    uz: 'Paket degazatsiya kutmayapti.',
    ru: 'Упаковка не ждёт дегазации.',
    en: 'The package waits for no degassing.',
  },
  weight_missing: {
    uz: 'Paketning sof og‘irligini kiriting.',
    ru: 'Введите вес нетто упаковки.',
    en: 'Enter the net weight of the package.',
  },
  nothing_waits: {
    uz: 'Paket hech kimning tasdig‘ini kutmayapti.',
    ru: 'Упаковка не ждёт ничьего согласования.',
    en: 'The package waits for nobody.',
  },
  approval_nobody: {
    uz: 'Qoidalarda {type} bo‘yicha hech kim ko‘rsatilmagan; texnologga ayting.',
    ru: 'В правилах для {type} никто не назван; скажите технологу.',
    en: 'The rules name nobody for {type}; tell the technologist.',
  },
  not_in_review: {
    uz: 'Paket ko‘rib chiqishning bu bosqichida emas.',
    ru: 'Упаковка не на этом шаге проверки.',
    en: 'The package is not at this step of a review.',
  },
  already_decided: {
    uz: 'Bu paket bo‘yicha qaror bor: {status}.',
    ru: 'По этой упаковке решение есть: {status}.',
    en: 'This package has its decision: {status}.',
  },
  not_awaiting_qc: {
    uz: 'Paket OTKni kutmayapti (holati: {status}).',
    ru: 'Упаковка не ждёт ОТК (состояние: {status}).',
    en: 'The package does not wait for quality control (it is {status}).',
  },
  review_open: {
    uz: 'Paket avval sex boshlig‘ining qarorini kutadi.',
    ru: 'Упаковка сначала ждёт решения начальника цеха.',
    en: 'The package waits for the workshop chief first.',
  },
  e_pechat_invalid: {
    uz: 'E-pechat bu qarorga mos emas.',
    ru: 'Э-печать не подходит к этому решению.',
    en: 'The stamp does not fit this decision.',
  },
  split_missing: {
    uz: 'Qisman qarorda bo‘linishni ko‘rsating.',
    ru: 'Для частичного решения укажите разделение.',
    en: 'A partial decision needs the split.',
  },
  split_unasked: {
    uz: 'Bo‘linish faqat qisman qarorda bo‘ladi.',
    ru: 'Разделение бывает только у частичного решения.',
    en: 'Only a partial decision has a split.',
  },
  photo_missing: {
    uz: 'Ajratilgan qismlarning suratini qo‘shing.',
    ru: 'Добавьте фото разделения.',
    en: 'Add a photo of the separation.',
  },
  split_way: {
    uz: 'Bir qismni torting yoki yaroqli uzunlikni yoki og‘irlikni bering, faqat bittasini.',
    ru: 'Взвесьте часть, дайте годную длину или годный вес, что-то одно.',
    en: 'Weigh a part, or give the good length or the good weight, one of them.',
  },
  split_out_of_range: {
    uz: 'Yaroqli qism 0 dan katta va {package_kg} kg dan kichik bo‘lsin.',
    ru: 'Годная часть должна быть больше 0 и меньше {package_kg} кг.',
    en: 'The good part must be above 0 and below {package_kg} kg.',
  },
};
