import type { Role } from '../data/auth.ts';

export type PlaceName =
  | 'home'
  | 'kiosk'
  | 'sessions'
  | 'packages'
  | 'degassing'
  | 'quality'
  | 'transfers'
  | 'snapshot'
  | 'stock'
  | 'approvals'
  | 'alerts'
  | 'channels'
  | 'gates'
  | 'rules'
  | 'automations'
  | 'devices'
  | 'switches'
  | 'users'
  | 'import'
  | 'audit';

export interface Place {
  readonly name: PlaceName;
  readonly path: string;
  readonly group: 'work' | 'plant' | 'admin';
  /** Who finds it in the menu; the platform itself decides what is allowed. */
  readonly roles: readonly Role[] | '*';
}

const LEADERS = [
  'sex_boshligi',
  'texnolog',
  'direktor',
  'admin',
] as const satisfies readonly Role[];

export const PLACES: readonly Place[] = [
  { name: 'home', path: '/', group: 'work', roles: '*' },
  { name: 'kiosk', path: '/kiosk', group: 'work', roles: ['operator', 'sex_boshligi'] },
  {
    name: 'sessions',
    path: '/sessions',
    group: 'work',
    roles: ['operator', 'otk', 'shop_op', ...LEADERS],
  },
  {
    name: 'packages',
    path: '/packages',
    group: 'work',
    roles: ['operator', 'sex_boshligi', 'otk', 'texnolog', 'direktor', 'fg_ombor', 'integrator'],
  },
  {
    name: 'degassing',
    path: '/degassing',
    group: 'work',
    roles: ['operator', 'sex_boshligi', 'otk', 'texnolog', 'direktor', 'fg_ombor'],
  },
  {
    name: 'quality',
    path: '/quality',
    group: 'work',
    roles: ['otk', 'sex_boshligi', 'texnolog'],
  },
  {
    name: 'transfers',
    path: '/transfers',
    group: 'work',
    roles: ['main_ombor', 'shop_op', 'sex_boshligi', 'texnolog', 'direktor'],
  },
  { name: 'snapshot', path: '/snapshot', group: 'work', roles: ['shop_op'] },
  { name: 'approvals', path: '/approvals', group: 'work', roles: '*' },
  { name: 'alerts', path: '/alerts', group: 'work', roles: '*' },
  { name: 'stock', path: '/stock', group: 'plant', roles: '*' },
  { name: 'gates', path: '/gates', group: 'plant', roles: '*' },
  { name: 'rules', path: '/rules', group: 'plant', roles: '*' },
  {
    name: 'automations',
    path: '/automations',
    group: 'plant',
    roles: ['integrator', ...LEADERS],
  },
  { name: 'devices', path: '/devices', group: 'plant', roles: '*' },
  { name: 'switches', path: '/switches', group: 'plant', roles: '*' },
  { name: 'channels', path: '/channels', group: 'admin', roles: '*' },
  { name: 'users', path: '/users', group: 'admin', roles: ['integrator', 'admin'] },
  { name: 'import', path: '/import', group: 'admin', roles: ['integrator', 'texnolog', 'admin'] },
  { name: 'audit', path: '/audit', group: 'admin', roles: ['integrator', 'moliya', ...LEADERS] },
];

/** The places that these roles find in their menu. */
export const placesFor = (roles: readonly Role[]): readonly Place[] =>
  PLACES.filter((place) => place.roles === '*' || place.roles.some((role) => roles.includes(role)));
