import { event } from '../api/events.ts';
import { id, oneOf } from '../api/fields.ts';

/** Progress goes over the stream under `rehearsal.<id>`; this tells the end, and is not lost. */
export const rehearsalEnded = event(
  'rehearsal.ended',
  { rehearsal_id: id('rehearsal'), state: oneOf('done', 'failed', 'cancelled') },
  {
    title: { uz: 'Sinov tugadi', ru: 'Репетиция правил закончена', en: 'A rehearsal has ended' },
    stream: 'rehearsal_id',
  },
);

/** The live topic of one rehearsal's progress. */
export const progressTopic = (rehearsalId: string): string => `rehearsal.${rehearsalId}`;
