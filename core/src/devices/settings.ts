import type { ValueOf } from '../api/fields.ts';
import { flag, integer, quantity } from '../api/fields.ts';

/** Settings of readings and their ingest (F-CFG-06, 18, 33, 34, 40). */
export const deviceSettings = {
  IOT_ACCEPT_WINDOW_SEC: integer({ min: 1, max: 3600 }).default(10).doc({
    uz: 'O‘qishni bog‘lash oynasi, soniya: bundan eski o‘qish olinmaydi',
    ru: 'Окно привязки показания, с: более старое показание не берётся',
    en: 'window of binding, seconds: an older reading is not taken',
  }),
  IOT_LATE_SEC: integer({ min: 1, max: 86_400 }).default(10).doc({
    uz: 'Shundan ko‘p kechikkan o‘qish “kech” deb belgilanadi, soniya',
    ru: 'Показание с большей задержкой помечается как опоздавшее, с',
    en: 'a reading that arrives later than this is marked late, seconds',
  }),
  IOT_CLOCK_AHEAD_SEC: integer({ min: 1, max: 86_400 }).default(5).doc({
    uz: 'Qurilma soati bundan ko‘p oldinda bo‘lsa, o‘qish ishonchsiz, soniya',
    ru: 'Если часы устройства спешат больше, показание недоверенное, с',
    en: 'a reading from a clock further ahead than this is not trusted, seconds',
  }),
  RS_SAME_LOAD_GUARD: flag().default(true).doc({
    uz: 'Tarozida qolgan bitta yukni ikki marta hisoblamaslik',
    ru: 'Не учитывать дважды груз, оставшийся на весах',
    en: 'never count a load twice that stayed on the scale',
  }),
  RS_DEBOUNCE_KG: quantity('kg', { resolution: 0.001, min: 0 }).default(0.02).doc({
    uz: 'Shu farqgacha bir xil yuk deb hisoblanadi',
    ru: 'До этой разницы груз считается тем же',
    en: 'up to this difference it is the same load',
  }),
  RS_ZERO_KG: quantity('kg', { resolution: 0.001, min: 0 }).default(0.2).doc({
    uz: 'Bundan kam vazn: tarozi bo‘sh',
    ru: 'Вес меньше этого: весы пусты',
    en: 'below this weight the scale is empty',
  }),
  INGEST_BATCH_MAX: integer({ min: 1, max: 5000 }).default(500).doc({
    uz: 'Bitta so‘rovdagi o‘qishlarning eng ko‘pi',
    ru: 'Наибольшее число показаний в запросе',
    en: 'most readings in one request',
  }),
  PRESENCE_MIN_SEC: integer({ min: 0, max: 3600 }).default(60).doc({
    uz: 'Qoidalarga qurilma ulangani va uzilgani shu vaqtda ko‘pi bilan bir marta aytiladi, soniya',
    ru: 'Правилам сообщается о появлении и пропаже устройства не чаще, с',
    en: 'rules are told that a device came or went at most once in so many seconds',
  }),
  INGEST_RATE_LIMIT_RPM: integer({ min: 1 }).default(600).doc({
    uz: 'Bitta qurilmadan bir daqiqada so‘rovlar',
    ru: 'Запросов в минуту от одного устройства',
    en: 'requests a minute and device',
  }),
};

export type DeviceSettings = ValueOf<typeof deviceSettings>;

/** The device settings out of all settings; a missing one has its default. */
export function deviceSettingsOf(all: Readonly<Record<string, unknown>>): DeviceSettings {
  const entries = Object.entries(deviceSettings).map(([key, field]) => [
    key,
    all[key] ?? field.spec.default,
  ]);
  return Object.fromEntries(entries) as DeviceSettings;
}
