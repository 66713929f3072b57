import type { Catalog, Holders } from '../../src/index.ts';

const kg = { type: 'kg', resolution: 0.001 } as const;
const GRADE = 'oneof(stajor, kichik, katta, starshiy)';

/** What the plugins of a small plant would declare. */
export const PLANT: Catalog = {
  plugins: ['factory', 'rs485-scale'],
  records: {
    session: {
      plugin: 'factory',
      fields: {
        input_kg: {
          ...kg,
          doc: { en: 'material fed', uz: 'berilgan xomashyo', ru: 'подано сырья' },
        },
        good_kg: kg,
        wip_kg: kg,
        rework_in_linked_kg: kg,
        disposed_linked_kg: kg,
        outstanding_kg: kg,
        vt_ratio: { type: '%' },
        operators: { type: 'list of operator' },
        packages: { type: 'list of package' },
        started_at: { type: 'instant' },
      },
    },
    package: {
      fields: {
        code: { type: 'text' },
        weight_kg: kg,
        length_m: { type: 'm', optional: true, resolution: 0.001 },
        status: { type: 'oneof(draft, awaiting_qc, qc_ok, qc_rejected)' },
        weight_trusted: { type: 'bool' },
        overridden_by: { type: 'text?' },
      },
    },
    sku: {
      fields: {
        code: { type: 'text' },
        uom_default: { type: 'oneof(kg, m, m2)' },
        kg_per_m: { type: 'kg/m?' },
        kg_per_m2: { type: 'kg/m2?' },
        width_mm: { type: 'mm?' },
        tolerance_weight_pct: { type: '%?' },
        kind: { type: 'oneof(polotno, setka, profil, other)' },
      },
    },
    device: {
      fields: { code: { type: 'text' }, calibration_due_at: { type: 'instant', optional: true } },
    },
    line: { fields: { device: { type: 'device' }, qty_kg: kg } },
    operator: {
      fields: {
        name: { type: 'text' },
        grade: { type: GRADE, optional: true },
        running_lines: { type: 'number' },
        qualifications: { type: 'list of text' },
        mentor: { type: 'operator', optional: true },
      },
    },
    workcenter: { fields: { code: { type: 'text' }, required_qualification: { type: 'text?' } } },
    recipe: { fields: { vt_limit_pct: { type: '%' } } },
    shift_report: {
      fields: {
        date: { type: 'date' },
        closed: { type: 'bool' },
        packages: { type: 'list of package' },
        operators: { type: 'list of operator' },
        plan_24h: kg,
        shift_hours: { type: 'h' },
        actual_crew: { type: 'number' },
        norm_crew: { type: 'number' },
        bonus_100: { type: 'UZS', resolution: 0.01 },
      },
    },
    room: { fields: { code: { type: 'text' }, temperature: { type: 'degC' } } },
  },
  points: {
    'session.close': { facts: { session: { type: 'session' } } },
    'session.feed': { facts: { session: { type: 'session' }, recipe: { type: 'recipe' } } },
    'session.start': {
      facts: { workcenter: { type: 'workcenter' }, operators: { type: 'list of operator' } },
    },
    'session.operators': {
      facts: { workcenter: { type: 'workcenter' }, operators: { type: 'list of operator' } },
    },
    'stock.transfer.send': { facts: { lines: { type: 'list of line' } } },
    'stock.transfer.receive': { facts: { lines: { type: 'list of line' } } },
    'package.create': { facts: { package: { type: 'package' }, sku: { type: 'sku' } } },
  },
  events: {
    'scale.reading': {
      fields: { device: { type: 'text' }, weight: { type: 'kg' }, stable: { type: 'bool' } },
    },
    'relay.input': {
      fields: {
        device: { type: 'text' },
        kind: { type: 'oneof(press, release, hold)' },
        duration: { type: 'duration' },
      },
    },
    'door.opened': { fields: { door: { type: 'text' }, person: { type: 'text?' } } },
    'door.closed': { fields: { door: { type: 'text' } } },
    'door.denied': { fields: { door: { type: 'text' }, person: { type: 'text' } } },
  },
  actions: {
    'relay.set_all': {
      effect: 'device',
      target: 'device',
      params: { device: { type: 'text' }, state: { type: 'oneof(on, off)' } },
    },
    'door.open': {
      effect: 'device',
      target: 'door',
      emits: ['door.opened'],
      params: { door: { type: 'text' } },
    },
    'message.send': {
      effect: 'external',
      params: { text: { type: 'text' }, to: { type: 'text', optional: true } },
    },
    'package.create': { effect: 'record', params: {} },
  },
  facts: { open_sessions: { type: 'list of session' }, rooms: { type: 'list of room' } },
  channels: { telegram: {}, email: {} },
  settings: { vt_gate_hard: { type: 'bool' }, max_delta: { type: 'kg', resolution: 0.001 } },
  roles: ['texnolog', 'integrator', 'sex_boshligi', 'direktor', 'operator'],
  functions: { plan_norm: { params: [{ name: 'code', type: 'text' }], result: 'kg/h' } },
};

/** Who holds which role in that plant: of shop foremen there is one. */
export const PEOPLE: Holders = {
  texnolog: 9,
  integrator: 9,
  direktor: 9,
  operator: 9,
  sex_boshligi: ['Karim'],
};
