import { event } from '../api/events.ts';
import { integer, text } from '../api/fields.ts';

/** The log does not fit its signatures: somebody changed it past the platform, or a key was lost. */
export const auditFault = event(
  'audit.fault',
  { faults: integer(), rows: integer(), first: text() },
  {
    read: ['direktor', 'integrator', 'admin'],
    title: {
      uz: 'Audit jurnali imzolarga mos emas',
      ru: 'Журнал аудита не сходится с подписями',
      en: 'The audit log does not fit its signatures',
    },
  },
);
