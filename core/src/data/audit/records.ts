import { integer, text } from '../../api/fields.ts';
import { record } from '../../api/records.ts';

/** A key that signs checkpoints; made by an operation, so that who made it is audited. */
export const auditKey = record(
  'audit_key',
  'audit_keys',
  {
    number: integer({ min: 1 }),
    key_id: text({ maxLength: 64, unique: true }),
    public_key: text({ maxLength: 200 }),
    sealed: text({ maxLength: 500, secret: true }),
    endorsement: text({ maxLength: 200 }),
  },
  { unique: [['number']] },
);
