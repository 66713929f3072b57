import type { Texts } from '../api/fields.ts';

/** Roles of the platform itself; plugins bring those of their domain (`PluginSpec.roles`). */
export const ADMIN = 'admin';
export const platformRoles: Readonly<Record<string, Texts>> = {
  [ADMIN]: { uz: 'Administrator', ru: 'Администратор', en: 'Administrator' },
  integrator: { uz: 'Integrator (IT)', ru: 'Интегратор (ИТ)', en: 'Integrator (IT)' },
};

/** Who sees every request for approval: they keep the rules, the plant and the audit. */
export const APPROVAL_READERS: readonly string[] = ['texnolog', 'direktor', ADMIN];

/** Who manages people. */
export const USER_MANAGERS = [ADMIN, 'integrator'] as const;
