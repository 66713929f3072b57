import type { Texts } from '../api/fields.ts';

/** Sentences of this area's refusals, by reason. */
export const deviceMessages: Readonly<Record<string, Texts>> = {
  rs_not_found_in_window: {
    uz: '“{device}” tarozida oxirgi {window_sec} soniyada barqaror vazn yo‘q. Yukni qo‘yib, ko‘rsatkich turg‘un bo‘lishini kuting.',
    ru: 'На весах «{device}» нет стабильного веса за последние {window_sec} с. Поставьте груз и дождитесь покоя.',
    en: 'No stable weight on “{device}” in the last {window_sec} s. Put the load on and wait until it rests.',
  },
  reading_already_used: {
    uz: 'Bu vazn allaqachon ishlatilgan. Yukni olib, keyingisini qo‘ying.',
    ru: 'Этот вес уже использован. Снимите груз и поставьте следующий.',
    en: 'This weight is used already. Take the load off and put the next one on.',
  },
  net_not_positive: {
    uz: 'Taradan keyin sof vazn qolmaydi: brutto {gross_kg} kg, tara {tare_kg} kg.',
    ru: 'После вычета тары веса не остаётся: брутто {gross_kg} кг, тара {tare_kg} кг.',
    en: 'Nothing is left after the tare: gross {gross_kg} kg, tare {tare_kg} kg.',
  },
  device_removed: {
    uz: '“{value}” qurilmasi olib tashlangan. Boshqasini tanlang yoki uni qaytadan qo‘shing.',
    ru: 'Устройство «{value}» убрано. Выберите другое или добавьте его заново.',
    en: 'The device “{value}” was removed. Choose another, or add it anew.',
  },
  device_inactive: {
    uz: '“{device}” qurilmasi o‘chirilgan.',
    ru: 'Устройство «{device}» отключено.',
    en: 'The device “{device}” is switched off.',
  },
  capture_unknown: {
    uz: 'Bunday tortish yo‘q yoki undan voz kechilgan. Qayta torting.',
    ru: 'Такого взвешивания нет или его отпустили. Взвесьте снова.',
    en: 'There is no such weighing, or it was let go. Weigh again.',
  },
  capture_expired: {
    uz: 'Bu tortish eskirgan. Qayta torting.',
    ru: 'Взвешивание устарело. Взвесьте снова.',
    en: 'This weighing is too old. Weigh again.',
  },
  bad_signature: {
    uz: 'Imzo qurilma va matnga mos emas.',
    ru: 'Подпись не соответствует устройству и телу запроса.',
    en: 'The signature doesn’t fit the device and the body.',
  },
  ip_not_allowed: {
    uz: 'Bu qurilmaga {ip} manzilidan ruxsat yo‘q.',
    ru: 'Этому устройству нельзя обращаться с адреса {ip}.',
    en: 'This device may not call from {ip}.',
  },
  events_missing: {
    uz: 'So‘rovda o‘qishlar yo‘q.',
    ru: 'В запросе нет показаний.',
    en: 'The request holds no readings.',
  },
  events_invalid: {
    uz: 'Hech bir o‘qish yaroqli emas; sabablari “rejected”da.',
    ru: 'Ни одно показание не годится; причины в «rejected».',
    en: 'None of the readings can be stored; “rejected” tells why.',
  },
  batch_too_large: {
    uz: 'Bitta so‘rovda ko‘pi bilan {limit} ta o‘qish.',
    ru: 'Не больше {limit} показаний в одном запросе.',
    en: 'At most {limit} readings in one request.',
  },
  ingest_overloaded: {
    uz: 'O‘qishlar navbati to‘la; birozdan so‘ng qayta yuboring.',
    ru: 'Очередь показаний полна; повторите чуть позже.',
    en: 'The queue of readings is full; send again shortly.',
  },
  ingest_unavailable: {
    uz: 'O‘qishlarni hozir saqlab bo‘lmaydi; qayta yuboring.',
    ru: 'Сейчас показания нельзя сохранить; повторите.',
    en: 'Readings can’t be stored at the moment; send again.',
  },
  ts_invalid: { uz: '“ts” vaqt emas.', ru: '«ts» — не время.', en: '“ts” is not a moment.' },
  filter_invalid: { uz: 'Filtr noto‘g‘ri.', ru: 'Неверный фильтр.', en: 'The filter is wrong.' },
  calibration_order: {
    uz: 'Amal qilish muddati kalibrlash vaqtidan keyin bo‘lishi kerak.',
    ru: 'Срок действия должен быть позже даты поверки.',
    en: 'The calibration must be valid until after it was performed.',
  },
  calibration_in_future: {
    uz: 'Kalibrlash vaqti kelajakda bo‘lishi mumkin emas.',
    ru: 'Дата поверки не может быть в будущем.',
    en: 'A calibration can’t be performed in the future.',
  },
  ip_allow_invalid: {
    uz: 'Ruxsat etilgan manzil noto‘g‘ri: IP yoki 10.0.0.0/24 ko‘rinishida yozing.',
    ru: 'Неверный адрес: укажите IP или диапазон вида 10.0.0.0/24.',
    en: 'A wrong address: write an IP or a range like 10.0.0.0/24.',
  },
  line_invalid: {
    uz: 'Liniya sozlamasi noto‘g‘ri.',
    ru: 'Неверные настройки линии.',
    en: 'The settings of the line are wrong.',
  },
  model_unknown: {
    uz: '“{model}” modelini birorta ham yuklangan plagin bilmaydi. Ma’lum modellar: {known}. Plaginni yoqing yoki modelni bo‘sh qoldiring.',
    ru: 'Модель «{model}» не знает ни один загруженный плагин. Известные модели: {known}. Включите плагин или оставьте модель пустой.',
    en: 'No loaded plugin knows the model “{model}”. Known models: {known}. Switch its plugin on, or leave the model empty.',
  },
  model_of_another_type: {
    uz: '“{model}” — boshqa turdagi qurilma modeli ({type}). Bu tur uchun modellar: {known}.',
    ru: '«{model}» — модель устройства другого вида ({type}). Модели этого вида: {known}.',
    en: '“{model}” is a model of another kind of device ({type}). Models of this kind: {known}.',
  },
  not_simulated: {
    uz: '“{device}” simulyator emas.',
    ru: '«{device}» — не симулятор.',
    en: '“{device}” is not simulated.',
  },
  simulator_refused: {
    uz: 'Simulyator rad etdi: {error}.',
    ru: 'Симулятор отказал: {error}.',
    en: 'The simulator refuses: {error}.',
  },
  simulator_gone: {
    uz: 'Simulyator javob bermayapti.',
    ru: 'Симулятор не отвечает.',
    en: 'The simulator doesn’t answer.',
  },
};
