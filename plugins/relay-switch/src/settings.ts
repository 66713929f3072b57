import { integer, type ValueOf } from '@qoida/core';

/** Settings of commands to relays and of their holds (S-CFG-03). */
export const relaySettings = {
  COMMAND_ACK_TIMEOUT_MS: integer({ min: 100, max: 30_000 }).default(3000).doc({
    uz: 'Qurilma javobini kutish, ms',
    ru: 'Ожидание ответа устройства, мс',
    en: 'how long an answer of a device is waited for, ms',
  }),
  RELAY_COMMAND_TTL_MS: integer({ min: 500, max: 60_000 }).default(5000).doc({
    uz: 'Buyruq shu vaqtdan keyin bajarilmaydi, ms',
    ru: 'Команда старше этого не выполняется, мс',
    en: 'a command older than this is not done, ms',
  }),
  HEARTBEAT_SEC: integer({ min: 1, max: 600 }).default(15).doc({
    uz: 'Relening hayot belgisi oralig‘i, soniya',
    ru: 'Период сигналов жизни реле, с',
    en: 'period of a relay’s signs of life, seconds',
  }),
  OFFLINE_AFTER_SEC: integer({ min: 2, max: 3600 }).default(45).doc({
    uz: 'Shuncha jim tursa, relening aloqasi uzilgan, soniya',
    ru: 'Реле, молчащее дольше, не на связи, с',
    en: 'a relay that is silent for so long is offline, seconds',
  }),
  RELAY_PERSON_HOLD_SEC: integer({ min: 0, max: 86_400 }).default(300).doc({
    uz: 'Odam yoqqan releni qoidalar shuncha vaqt o‘zgartirmaydi, soniya (0: cheklov yo‘q)',
    ru: 'Столько правила не меняют реле, которое переключил человек, с (0: без запрета)',
    en: 'rules leave a relay that a person switched alone for so long, seconds (0: not at all)',
  }),
  RELAY_EVENT_STALE_SEC: integer({ min: 1, max: 3600 }).default(5).doc({
    uz: 'Bundan eski kirish hodisasi faqat tarix uchun, soniya',
    ru: 'Событие входа старше этого только хранится, с',
    en: 'an input event older than this is history and sets nothing off, seconds',
  }),
};

export type RelaySettings = ValueOf<typeof relaySettings>;

/** The plugin's settings out of all; a missing one has its default. */
export function relaySettingsOf(all: Readonly<Record<string, unknown>>): RelaySettings {
  const entries = Object.entries(relaySettings).map(([key, field]) => [
    key,
    all[key] ?? field.spec.default,
  ]);
  return Object.fromEntries(entries) as RelaySettings;
}
