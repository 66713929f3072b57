import { event } from '../api/events.ts';
import { id, oneOf, text } from '../api/fields.ts';

/** Not as a reference: whom it is for hears it, also where he may not read who else there is. */
const whom = () => text({ maxLength: 64 }).optional();

/** A message has left, or was given up. It names no fact: whoever may see the alert reads it. */
export const alertTold = event(
  'alert.told',
  {
    alert_id: id('alert').optional(),
    delivery_id: id('alert_delivery'),
    channel: text({ maxLength: 64 }),
    user_id: whom(),
    reason: oneOf('opened', 'escalated', 'repeated', 'test'),
    status: oneOf('sent', 'dead'),
  },
  {
    title: { uz: 'Signal xabari ketdi', ru: 'Сообщение о сигнале', en: 'Alert message sent' },
    stream: 'delivery_id',
  },
);

/** A message of a request for approval has left, or was given up; as little is told of it. */
export const approvalTold = event(
  'approval.told',
  {
    approval_id: id('approval_request'),
    delivery_id: id('alert_delivery'),
    channel: text({ maxLength: 64 }),
    user_id: whom(),
    reason: oneOf('asked', 'reminded', 'ended'),
    status: oneOf('sent', 'dead'),
  },
  {
    title: {
      uz: 'Tasdiq haqida xabar ketdi',
      ru: 'Сообщение о согласовании',
      en: 'Approval message sent',
    },
    stream: 'delivery_id',
  },
);

export const channelEvents = [alertTold, approvalTold] as const;
