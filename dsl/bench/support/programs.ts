import type { Catalog } from '../../src/index.ts';

const kg = { type: 'kg', resolution: 0.001 } as const;

/** What the plugins of a plant declare, as far as the programs made here name it. */
export const PLANT: Catalog = {
  plugins: ['factory'],
  records: {
    session: {
      fields: {
        input_kg: kg,
        good_kg: kg,
        wip_kg: kg,
        rework_kg: kg,
        disposed_kg: kg,
        outstanding_kg: kg,
        vt_ratio: { type: '%' },
        pending_packages: { type: 'number' },
        started_at: { type: 'instant' },
        approved_at: { type: 'instant?' },
        packages: { type: 'list of package' },
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
    device: { fields: { code: { type: 'text' }, calibration_due_at: { type: 'instant?' } } },
    line: { fields: { device: { type: 'device' }, qty_kg: kg } },
    workcenter: {
      fields: {
        code: { type: 'text' },
        type: { type: 'oneof(extruder, cutter)' },
        required_qualification: { type: 'text?' },
      },
    },
    operator: {
      fields: {
        full_name: { type: 'text' },
        grade: { type: 'oneof(stajor, kichik, katta, starshiy)?' },
        running_lines: { type: 'number' },
        qualifications: { type: 'list of text' },
      },
    },
    sku: { fields: { kg_per_m: { type: 'kg/m?' }, tolerance_pct: { type: '%?' } } },
  },
  points: {
    'session.close': { facts: { session: { type: 'session' }, sku: { type: 'sku' } } },
    'session.start': {
      facts: {
        session: { type: 'session' },
        workcenter: { type: 'workcenter' },
        operators: { type: 'list of operator' },
      },
    },
    'stock.transfer.send': { facts: { lines: { type: 'list of line' } } },
    'stock.transfer.receive': { facts: { lines: { type: 'list of line' } } },
  },
  settings: { vt_gate_hard: { type: 'bool' }, tolerance_kg: { type: 'kg' } },
  roles: ['integrator', 'texnolog', 'sex_boshligi'],
};

/** Some rules and their tests, as technologists write them, with a number in their names. */
const RULES: readonly ((i: number) => string)[] = [
  (i) => `## What the machine should have left as scrap: what went in, less good packages.
formula scrap_expected_${i}(session: session): kg =
  session.input_kg - session.good_kg - session.wip_kg
    - (if session.vt_ratio > ${i % 20}% then 1% of session.input_kg else ${(i % 7) * 10} g)
`,
  (i) => `## Positive: scrap that nobody found. Negative: more came out than went in.
formula unexplained_${i}(session: session, share: %): kg =
  scrap_expected_${i}(session) - (session.rework_kg + session.disposed_kg + session.outstanding_kg)
    - share of min(session.wip_kg, session.good_kg, ${(i % 5) + 1} kg)
`,
  (i) => `## One per cent of the input, cut to the gram, and never more than ${(i % 9) + 1} kg.
formula delta_limit_${i}(session: session): kg =
  min(floor(1% of session.input_kg, 1 g), if session.input_kg > 500 kg then ${(i % 9) + 1} kg else 2 kg)
`,
  (i) => `## F-BAL-${i}
gate delta_exceeded_${i}
  on session.close
  block when abs(unexplained_${i}(session, ${(i % 4) + 1}%)) > delta_limit_${i}(session)
    and session.input_kg > ${i % 40} kg and session.good_kg <= session.input_kg
    and (session.rework_kg > 0 kg or session.disposed_kg > 0 kg or session.outstanding_kg > 0 kg)
  answer business_conflict { delta_kg: unexplained_${i}(session, 1%), limit_kg: delta_limit_${i}(session) }
  message "The balance is off by {unexplained_${i}(session, 1%)}, allowed is {delta_limit_${i}(session)}"
  release never
`,
  (i) => `test "F-EX-${i}: after rework 0.7 kg is left and the session closes"
  given session = {
    input_kg: 800 kg, good_kg: 742.5 kg, wip_kg: 12.3 kg,
    rework_kg: 42.5 kg, disposed_kg: 2 kg, vt_ratio: 12%, pending_packages: 0
  }
  when session.close
  expect allowed
  expect unexplained_${i}(session, 0%) = 0.7 kg and scrap_expected_${i}(session) > 0 kg
`,
  (i) => `## The weight of packages that quality control let pass, and that somebody answers for.
formula trusted_weight_${i}(session: session, least: kg): kg =
  sum(p.weight_kg for p in session.packages
    where p.status = qc_ok and p.weight_kg >= least and (p.weight_trusted or p.overridden_by is present))
`,
  (i) => `gate calibration_expired_${i}
  on stock.transfer.send, stock.transfer.receive each line
  block when line.device.calibration_due_at is missing or line.device.calibration_due_at < now
    or (line.qty_kg > ${(i % 9) + 1} t and line.device.calibration_due_at - now < 24 h)
  message uz "{line.device.code} tarozisi qiyoslanmagan"
  message en "Scale {line.device.code} needs calibration"
  release by integrator, texnolog when clear
`,
  (i) => `test "F-CAL-${i}: an expired scale is refused"
  at 2025-08-28T10:00
  given line = { device: { code: "MAIN-${i}", calibration_due_at: at 2025-08-01 }, qty_kg: 250 kg }
  when stock.transfer.send
  expect blocked by calibration_expired_${i}
`,
  (i) => `## F-OP-${i}: experienced operators serve two extruders, all others one.
gate too_many_lines_${i}
  on session.start each operator
  block when workcenter.type = extruder and operator.running_lines >
      (if operator.grade is present and operator.grade in (katta, starshiy) then 2 else 1)
    or workcenter.required_qualification is present
      and workcenter.required_qualification not in operator.qualifications
  message ru "У {operator.full_name} будет экструдеров: {operator.running_lines}"
  message en "{operator.full_name} would serve {operator.running_lines} extruders"
  release never
`,
  (i) => `# The ratio is of the recipe, so ${i} per mille is no error.
gate vt_limit_${i}
  on session.close
  pause session after when session.vt_ratio > ${(i % 30) + 20}% and settings.vt_gate_hard
    and session.input_kg > 0 kg and trusted_weight_${i}(session, 100 g) / session.input_kg < 0.9
    and not (session.approved_at is present and session.approved_at >= session.started_at)
  message "{session.vt_ratio} of VT, and {trusted_weight_${i}(session, 100 g)} are trusted"
  release by texnolog until session.vt_ratio > released.vt_ratio
`,
  (i) => `gate tolerance_${i}
  on session.close
  warn when any(p.length_m is present and sku.kg_per_m is present
    and abs(p.weight_kg - p.length_m * sku.kg_per_m) > (sku.tolerance_pct ?? 5%) of p.weight_kg
    for p in session.packages where p.status in (awaiting_qc, qc_ok) and p.weight_kg > ${i % 8} kg)
  message "A package is out of tolerance, {session.pending_packages} wait"
`,
  (i) => `test "F-TOL-${i}: a trainee takes no second line"
  given workcenter = { type: extruder, code: "E${i % 9}" }
  given operator = { full_name: "A. Karimov", grade: stajor, running_lines: 2 }
  when session.start
  expect blocked by too_many_lines_${i}
`,
];

const HEAD = 'language en\nmodule factory.rules\nrequires factory\n';

/** A file of rules and their tests with some number of lines; each rule has its own name. */
export function plantProgram(lines: number, first = 0): string {
  const parts = [HEAD];
  let left = lines - 4;
  for (let i = first; left > 0; i++) {
    for (const rule of RULES) {
      const text = rule(i);
      left -= text.split('\n').length;
      if (left <= 0) break;
      parts.push(text);
    }
  }
  return parts.join('\n');
}
