/** Roles of the plugin: who switches, and who may set what outranks everybody. */
export const relayRoles = {
  relay_operator: { uz: 'Relelar operatori', ru: 'Оператор реле', en: 'Relay operator' },
  /** Has no right but at the devices that were given to them. */
  relay_user: {
    uz: 'Rele foydalanuvchisi',
    ru: 'Пользователь реле',
    en: 'Relay user',
  },
  relay_safety: {
    uz: 'Relelar xavfsizligi',
    ru: 'Безопасность реле',
    en: 'Relay safety',
  },
} as const;

export const SWITCHERS = [
  'relay_operator',
  'relay_safety',
  'admin',
  'integrator',
  'sex_boshligi',
  'operator',
  'relay_user',
] as const;
/** May switch and release at the priority `safety`. */
export const SAFETY = ['relay_safety', 'admin'] as const;
/** Those who look after every device, and who may own one. */
export const CONFIGURERS = ['admin', 'integrator', 'relay_user'] as const;
