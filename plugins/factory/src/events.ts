import { event, id, integer, oneOf, quantity, text } from '@qoida/core';

const kilograms = () => quantity('kg', { resolution: 0.001 });

export const transferSent = event(
  'stock.transfer_sent',
  {
    transfer_id: id('stock_transfer'),
    direction: oneOf('main_to_shop', 'shop_to_main'),
    lines: integer(),
    total_kg: kilograms(),
  },
  { title: { uz: 'Ko‘chirish jo‘natildi', ru: 'Перемещение отправлено', en: 'Transfer sent' } },
);
export const transferReceived = event(
  'stock.transfer_received',
  {
    transfer_id: id('stock_transfer'),
    status: oneOf('in_transit', 'completed', 'discrepancy'),
    lines: integer(),
    total_kg: kilograms(),
  },
  { title: { uz: 'Ko‘chirish qabul qilindi', ru: 'Перемещение принято', en: 'Transfer received' } },
);
export const snapshotTaken = event(
  'stock.snapshot_taken',
  {
    snapshot_id: id('shop_snapshot'),
    shift: oneOf('day', 'night'),
    lines: integer(),
  },
  { title: { uz: 'Sex qoldig‘i olindi', ru: 'Снят остаток цеха', en: 'Shop snapshot taken' } },
);

export const stockAdjusted = event(
  'stock.adjusted',
  {
    location: oneOf('MAIN', 'SHOP'),
    material_id: id('material'),
    batch_no: text({ maxLength: 64 }),
    book_kg: kilograms(),
    measured_kg: kilograms(),
    difference_kg: kilograms(),
  },
  { title: { uz: 'Qoldiq tuzatildi', ru: 'Остаток исправлен', en: 'Stock corrected' } },
);
export const stockReconciled = event(
  'stock.reconciled',
  { differences: integer(), places: text({ maxLength: 500 }) },
  {
    title: { uz: 'Qoldiqlar solishtirildi', ru: 'Остатки сверены', en: 'Stock reconciled' },
  },
);

export const sessionOpened = event(
  'session.opened',
  {
    session_id: id('session'),
    workcenter_id: id('workcenter'),
    sku_id: id('sku'),
    partiya_no: text({ maxLength: 64 }),
  },
  {
    title: { uz: 'Sessiya ochildi', ru: 'Сессия открыта', en: 'Session opened' },
    stream: 'session_id',
  },
);
export const sessionPaused = event(
  'session.paused',
  { session_id: id('session'), reason: text({ maxLength: 200 }) },
  {
    title: { uz: 'Sessiya to‘xtatib turildi', ru: 'Сессия приостановлена', en: 'Session paused' },
    stream: 'session_id',
  },
);
export const sessionResumed = event(
  'session.resumed',
  { session_id: id('session') },
  {
    title: { uz: 'Sessiya davom ettirildi', ru: 'Сессия продолжена', en: 'Session resumed' },
    stream: 'session_id',
  },
);
export const sessionFed = event(
  'session.fed',
  {
    session_id: id('session'),
    fed_kg: kilograms(),
    input_kg: kilograms(),
    vt_kg: kilograms().optional(),
    vt_ratio: quantity('%', { resolution: 0.0001 }),
    vt_limit_pct: quantity('%', { resolution: 0.01 }).optional(),
  },
  {
    title: {
      uz: 'Sessiyaga xomashyo solindi',
      ru: 'В сессию загружено сырьё',
      en: 'Material fed to a session',
    },
    stream: 'session_id',
  },
);
export const sessionRecipeChanged = event(
  'session.recipe_changed',
  {
    session_id: id('session'),
    revision: integer(),
    vt_limit_pct: quantity('%', { resolution: 0.001 }),
  },
  {
    title: {
      uz: 'Sessiya retsepti o‘zgardi',
      ru: 'Рецепт сессии изменён',
      en: 'Recipe of a session changed',
    },
    stream: 'session_id',
  },
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
  {
    title: { uz: 'Sessiya yopildi', ru: 'Сессия закрыта', en: 'Session closed' },
    stream: 'session_id',
  },
);

export const sessionReopened = event(
  'session.reopened',
  { session_id: id('session'), reopen_count: integer() },
  {
    title: { uz: 'Sessiya qayta ochildi', ru: 'Сессия открыта снова', en: 'Session reopened' },
    stream: 'session_id',
  },
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
  {
    title: { uz: 'Paket yaratildi', ru: 'Пакет создан', en: 'Package created' },
    stream: 'session_id',
  },
);
export const packageReviewed = event(
  'package.reviewed',
  {
    package_id: id('package'),
    session_id: id('session'),
    review_state: oneOf('submitted', 'approved', 'rejected'),
    status: text({ maxLength: 20 }),
  },
  {
    title: { uz: 'Paket ko‘rib chiqildi', ru: 'Пакет рассмотрен', en: 'Package reviewed' },
    stream: 'session_id',
  },
);
export const packageVoided = event(
  'package.voided',
  { package_id: id('package'), session_id: id('session'), reason: text({ maxLength: 1000 }) },
  {
    title: { uz: 'Paket bekor qilindi', ru: 'Упаковка аннулирована', en: 'Package voided' },
    stream: 'session_id',
  },
);
export const packageDegassed = event(
  'package.degassed',
  { package_id: id('package'), session_id: id('session') },
  {
    title: {
      uz: 'Paket degazatsiyadan o‘tdi',
      ru: 'Упаковка прошла дегазацию',
      en: 'Package degassed',
    },
    stream: 'session_id',
  },
);
export const packageDecided = event(
  'package.decided',
  {
    package_id: id('package'),
    session_id: id('session'),
    decision: oneOf('ok', 'partial', 'reject'),
    status: text({ maxLength: 20 }),
  },
  {
    title: { uz: 'Paket bo‘yicha qaror', ru: 'Решение по пакету', en: 'Package decided' },
    stream: 'session_id',
  },
);

export const factoryEvents = [
  transferSent,
  transferReceived,
  snapshotTaken,
  stockAdjusted,
  stockReconciled,
  sessionOpened,
  sessionPaused,
  sessionResumed,
  sessionFed,
  sessionRecipeChanged,
  sessionClosed,
  sessionReopened,
  packageCreated,
  packageReviewed,
  packageVoided,
  packageDegassed,
  packageDecided,
] as const;
