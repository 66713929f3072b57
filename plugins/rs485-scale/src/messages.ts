import type { Texts } from '@qoida/core';
import type { HealthState } from './health.ts';

/** What each state of a scale means and what to do about it. */
const HEALTH: Readonly<Record<HealthState, Texts>> = {
  starting: {
    uz: 'Tarozi ulanmoqda',
    ru: 'Весы подключаются',
    en: 'The scale is being connected',
  },
  ok: { uz: 'Tarozi ishlayapti', ru: 'Весы работают', en: 'The scale works' },
  no_data: {
    uz: 'Tarozidan ma’lumot kelmayapti: quvvat, simlar va manzilni tekshiring',
    ru: 'От весов нет данных: проверьте питание, провода и адрес',
    en: 'Nothing comes from the scale: check its power, wiring and address',
  },
  bad_checksum_rate: {
    uz: 'Ko‘p kadrlar buzilib kelmoqda: simlar, ekran va yerlatishni tekshiring',
    ru: 'Много повреждённых кадров: проверьте провода, экран и заземление',
    en: 'Many frames arrive damaged: check wiring, shield and ground',
  },
  framing: {
    uz: 'Baytlar kelmoqda, lekin kadr yo‘q: protokol, tezlik va juftlikni tekshiring',
    ru: 'Байты идут, но кадров нет: проверьте протокол, скорость и чётность',
    en: 'Bytes come but no frames: check protocol, baud rate and parity',
  },
  overload: {
    uz: 'Yuk tarozi chegarasidan ortiq: yukni oling',
    ru: 'Груз больше предела весов: снимите груз',
    en: 'The load is above the range: take it off',
  },
  underload: {
    uz: 'Vazn noldan past: bo‘sh tarozini nolga keltiring',
    ru: 'Вес ниже нуля: обнулите пустые весы',
    en: 'The weight is below zero: zero the empty scale',
  },
  adc_fault: {
    uz: 'Indikator o‘lchash datchigi nosozligini bildirmoqda',
    ru: 'Индикатор сообщает о неисправности датчика',
    en: 'The indicator reports a broken load cell',
  },
  line_lost: {
    uz: 'Tarozi liniyasi uzildi: kabel va konvertorni tekshiring',
    ru: 'Линия весов потеряна: проверьте кабель и преобразователь',
    en: 'The line is lost: check cable and converter',
  },
  reconnecting: {
    uz: 'Liniya tiklandi, birinchi kadr kutilmoqda',
    ru: 'Линия восстановлена, ожидается первый кадр',
    en: 'The line is back, waiting for the first frame',
  },
  stopped: { uz: 'Tarozi o‘chirilgan', ru: 'Весы отключены', en: 'The scale is switched off' },
};

export const messages: Readonly<Record<string, Texts>> = Object.fromEntries(
  Object.entries(HEALTH).map(([state, texts]) => [`scale.health.${state}`, texts]),
);
