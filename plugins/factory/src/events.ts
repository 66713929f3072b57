import { event, id, integer, oneOf, quantity, text } from '@qoida/core';

const kilograms = () => quantity('kg', { resolution: 0.001 });

export const transferSent = event('stock.transfer_sent', {
  transfer_id: id('stock_transfer'),
  direction: oneOf('main_to_shop', 'shop_to_main'),
  lines: integer(),
  total_kg: kilograms(),
});
export const transferReceived = event('stock.transfer_received', {
  transfer_id: id('stock_transfer'),
  status: oneOf('in_transit', 'completed', 'discrepancy'),
  lines: integer(),
  total_kg: kilograms(),
});
export const snapshotTaken = event('stock.snapshot_taken', {
  snapshot_id: id('shop_snapshot'),
  shift: oneOf('day', 'night'),
  lines: integer(),
});

export const sessionOpened = event(
  'session.opened',
  {
    session_id: id('session'),
    workcenter_id: id('workcenter'),
    sku_id: id('sku'),
    partiya_no: text({ maxLength: 64 }),
  },
  { stream: 'session_id' },
);
export const sessionPaused = event(
  'session.paused',
  { session_id: id('session'), reason: text({ maxLength: 200 }) },
  { stream: 'session_id' },
);
export const sessionResumed = event(
  'session.resumed',
  { session_id: id('session') },
  { stream: 'session_id' },
);
export const sessionFed = event(
  'session.fed',
  {
    session_id: id('session'),
    fed_kg: kilograms(),
    input_kg: kilograms(),
    vt_ratio: quantity('%', { resolution: 0.0001 }),
  },
  { stream: 'session_id' },
);
export const sessionClosed = event(
  'session.closed',
  {
    session_id: id('session'),
    input_kg: kilograms(),
    good_kg: kilograms(),
    delta_kg: kilograms(),
    limit_kg: kilograms(),
  },
  { stream: 'session_id' },
);

export const packageCreated = event(
  'package.created',
  {
    package_id: id('package'),
    session_id: id('session'),
    qr_code: text({ maxLength: 40 }),
    status: text({ maxLength: 20 }),
    tolerance_status: oneOf('ok', 'review'),
    weight_kg: kilograms().optional(),
  },
  { stream: 'session_id' },
);
export const packageReviewed = event(
  'package.reviewed',
  {
    package_id: id('package'),
    session_id: id('session'),
    review_state: oneOf('submitted', 'approved', 'rejected'),
    status: text({ maxLength: 20 }),
  },
  { stream: 'session_id' },
);
export const packageDecided = event(
  'package.decided',
  {
    package_id: id('package'),
    session_id: id('session'),
    decision: oneOf('ok', 'partial', 'reject'),
    status: text({ maxLength: 20 }),
  },
  { stream: 'session_id' },
);

export const factoryEvents = [
  transferSent,
  transferReceived,
  snapshotTaken,
  sessionOpened,
  sessionPaused,
  sessionResumed,
  sessionFed,
  sessionClosed,
  packageCreated,
  packageReviewed,
  packageDecided,
] as const;
