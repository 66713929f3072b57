import { user } from '../api/core-records.ts';
import { instant, list, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';

/** A role that can be given to people beside their position (F-DM-02). */
export const role = record(
  'role',
  'roles',
  { code: text({ unique: true, maxLength: 64 }), name: text({ maxLength: 200 }) },
  { code: 'code', audit: false },
);

export const userRole = record(
  'user_role',
  'user_roles',
  { user_id: ref('user'), role_id: ref('role') },
  { unique: [['user_id', 'role_id']] },
);

/** Long-lived credentials of a program (Node-RED, an integration), limited to its roles. */
export const serviceToken = record(
  'service_token',
  'service_tokens',
  {
    name: text({ unique: true, maxLength: 64 }),
    roles: list(text()),
    token_hash: text({ unique: true, maxLength: 64, secret: true }),
    revoked_at: instant().optional(),
  },
  { code: 'name' },
);

/** Records that the identity tables stand for; the platform loads them beside its own. */
export const authRecords = [role, userRole, serviceToken] as const;
export { user };
