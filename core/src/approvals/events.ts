import { event } from '../api/events.ts';
import { id, integer, oneOf, text } from '../api/fields.ts';

const about = () => ({
  approval_id: id('approval_request'),
  type: text({ maxLength: 200 }),
  object_type: text({ maxLength: 200 }),
  object_id: id('object'),
});

/** They name what waits and tell no fact of it: whoever may see the request reads it. */
export const approvalRequested = event('approval.requested', about(), {
  title: { uz: 'Tasdiq so‘raldi', ru: 'Запрошено согласование', en: 'Approval was asked for' },
  stream: 'approval_id',
});

export const approvalDecided = event(
  'approval.decided',
  {
    ...about(),
    state: oneOf('pending', 'approved', 'rejected', 'expired', 'withdrawn'),
    stage: integer(),
  },
  {
    title: { uz: 'Tasdiq bo‘yicha qaror', ru: 'Решение по согласованию', en: 'Approval decided' },
    stream: 'approval_id',
  },
);

export const approvalFinished = event(
  'approval.finished',
  { ...about(), outcome: oneOf('done', 'refused', 'failed'), reason: text().optional() },
  {
    title: {
      uz: 'Tasdiqlangan amal tugadi',
      ru: 'Согласованная операция завершена',
      en: 'An approved operation has ended',
    },
    stream: 'approval_id',
  },
);

export const approvalEvents = [approvalRequested, approvalDecided, approvalFinished] as const;
