import type { Catalog } from '../../src/index.ts';

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
      },
    },
    workcenter: { fields: { code: { type: 'text' }, required_qualification: { type: 'text?' } } },
    recipe: { fields: { vt_limit_pct: { type: '%' } } },
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
  settings: { vt_gate_hard: { type: 'bool' }, max_delta: { type: 'kg', resolution: 0.001 } },
  roles: ['texnolog', 'integrator', 'sex_boshligi', 'direktor'],
  functions: { plan_norm: { params: [{ name: 'code', type: 'text' }], result: 'kg/h' } },
};
