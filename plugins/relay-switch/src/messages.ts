import type { Texts } from '@qoida/core';

/** What each refusal of relays means. */
export const relayMessages: Readonly<Record<string, Texts>> = {
  device_offline: {
    uz: 'Qurilma aloqada emas: buyruq yuborilmadi',
    ru: 'Устройство не на связи: команда не отправлена',
    en: 'The device is not connected; nothing was sent',
  },
  ack_timeout: {
    uz: 'Qurilma vaqtida javob bermadi; holati so‘raldi',
    ru: 'Устройство не ответило вовремя; его состояние запрошено',
    en: 'The device has not answered in time; it is asked how it stands',
  },
  command_expired: {
    uz: 'Buyruq kech yetib keldi va bajarilmadi',
    ru: 'Команда пришла слишком поздно и не выполнена',
    en: 'The command came too late and was not done',
  },
  command_overtaken: {
    uz: 'Yuqoriroq huquqli buyruq oldin keldi: bu buyruq yuborilmadi',
    ru: 'Пришла команда с более высоким приоритетом: эта не отправлена',
    en: 'A command of higher rank came first; this one was not sent',
  },
  command_undecided: {
    uz: 'Buyruqni hali yuborish mumkinligini bilib bo‘lmadi, u yuborilmadi. Birozdan keyin qayta urinib ko‘ring',
    ru: 'Не удалось узнать, можно ли ещё отправить команду; она не отправлена. Повторите чуть позже',
    en: 'It could not be told whether the command may still go out, so it was not sent. Try again in a moment',
  },
  command_rejected: {
    uz: 'Qurilma rad etdi: {device_code}',
    ru: 'Устройство отказало: {device_code}',
    en: 'The device refuses: {device_code}',
  },
  command_failed: {
    uz: 'Qurilma bajara olmadi: {device_code}',
    ru: 'Устройство не справилось: {device_code}',
    en: 'The device failed: {device_code}',
  },
  command_of_another: {
    uz: 'Buyruq boshqa qurilma uchun edi',
    ru: 'Команда была для другого устройства',
    en: 'The command was for another device',
  },
  relay_held: {
    uz: '{number}-releni {holder} ushlab turibdi',
    ru: 'Реле {number} удерживает {holder}',
    en: 'Relay {number} is held by {holder}',
  },
  device_not_yours: {
    uz: '{code} sizga berilmagan: egasidan so‘rang',
    ru: 'Устройство {code} вам не дано: спросите владельца',
    en: 'You have no right at {code}: ask its owner',
  },
  priority_too_high: {
    uz: 'Bu ustuvorlik uchun huquq yo‘q',
    ru: 'Нет права на такой приоритет',
    en: 'You may not claim this priority',
  },
  relay_state_unknown: {
    uz: 'Rele holati hali noma’lum: yoqish yoki o‘chirishni tanlang',
    ru: 'Состояние реле ещё неизвестно: выберите включить или выключить',
    en: 'How the relay stands is not known yet; say on or off',
  },
  io_config_invalid: {
    uz: 'Kirishlarni bunday sozlab bo‘lmaydi',
    ru: 'Так настроить входы нельзя',
    en: 'The inputs can’t be set so',
  },
  timezone_unknown: {
    uz: 'Bunday vaqt mintaqasi yo‘q: {timezone}',
    ru: 'Нет такого часового пояса: {timezone}',
    en: 'There is no time zone {timezone}',
  },
  no_relay_device: {
    uz: 'Bu qurilmada rele yo‘q',
    ru: 'У этого устройства нет реле',
    en: 'This device has no relays',
  },
};
