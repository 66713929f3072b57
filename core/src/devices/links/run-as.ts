import type { Actor } from '../../api/operations.ts';

/** Runs an operation as somebody; what the road does. */
export type RunAs = (call: {
  operation: string;
  input: unknown;
  actor: Actor;
  idempotencyKey?: string;
  secretRef?: string;
}) => Promise<{ readonly body: unknown }>;

/** A device acts for itself, in the role `device`. */
export const deviceActor = (device: {
  readonly id: string;
  readonly code: string;
  readonly organizationId: string;
}): Actor => ({
  kind: 'device',
  id: device.id,
  name: device.code,
  roles: ['device'],
  locale: 'en',
  organizationId: device.organizationId,
});
