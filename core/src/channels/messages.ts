import type { Texts } from '../api/fields.ts';

/** Sentences of this area's refusals, by reason. */
export const channelMessages: Readonly<Record<string, Texts>> = {
  channel_incomplete: {
    uz: 'Kanalni yoqish uchun yana kerak: {lacking}.',
    ru: 'Чтобы включить канал, нужно ещё: {lacking}.',
    en: 'To be switched on the channel still needs: {lacking}.',
  },
  secrets_again: {
    uz: 'Manzil o‘zgardi: {lacking} qaytadan kiritilsin, aks holda sir boshqa joyga ketardi.',
    ru: 'Адрес другой: введите заново {lacking}, иначе секрет ушёл бы в другое место.',
    en: 'The place is another one: give {lacking} again, the secret would go elsewhere.',
  },
  channel_unknown: {
    uz: '“{channel}” kanali yo‘q.',
    ru: 'Канала «{channel}» нет.',
    en: 'There is no channel “{channel}”.',
  },
  channel_without_addresses: {
    uz: '“{channel}” kanaliga manzil kerak emas.',
    ru: 'Каналу «{channel}» адрес не нужен.',
    en: 'The channel “{channel}” needs no address.',
  },
  no_address: {
    uz: 'Manzilni kiriting yoki avval o‘z manzilingizni saqlang.',
    ru: 'Укажите адрес или сначала сохраните свой.',
    en: 'Give an address, or keep one of your own first.',
  },
  address_invalid: {
    uz: 'Manzil noto‘g‘ri; namuna: {example}.',
    ru: 'Адрес записан неверно; пример: {example}.',
    en: 'This is no address of the channel; it looks like {example}.',
  },
  not_your_address: {
    uz: 'Boshqalarning manzilini faqat administrator saqlaydi.',
    ru: 'Чужие адреса ведёт только администратор.',
    en: 'Only an administrator keeps addresses of others.',
  },
  not_your_silence: {
    uz: 'Faqat o‘zingizning sokin soatlaringizni sozlay olasiz.',
    ru: 'Можно настроить только свои тихие часы.',
    en: 'You may keep quiet hours of your own only.',
  },
  silence_period: {
    uz: 'Boshi va kelgusidagi oxirini kiriting, oralig‘i 400 kundan oshmasin.',
    ru: 'Укажите начало и конец в будущем, не дольше 400 дней.',
    en: 'Give a beginning and an end in the future, at most 400 days apart.',
  },
  silence_hours: {
    uz: 'Soatni HH:MM ko‘rinishida kiriting.',
    ru: 'Укажите часы в виде ЧЧ:ММ.',
    en: 'Give the hours as HH:MM.',
  },
  delivery_not_dead: {
    uz: 'Bu xabar to‘xtab qolmagan: holati “{status}”.',
    ru: 'Это сообщение не остановлено: состояние «{status}».',
    en: 'This message was not given up: it is “{status}”.',
  },
};
