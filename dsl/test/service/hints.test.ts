import assert from 'node:assert/strict';
import { FILE, marked } from './support.ts';

/** The text with its hints in brackets where they are shown. */
function shown(text: string, within?: { start: number; end: number }): string {
  const { service, text: plain } = marked(`${text}|`);
  const hints = service.inlayHints(FILE, within ?? { start: 0, end: plain.length });
  return hints.reduceRight(
    (all, { offset, label }) => `${all.slice(0, offset)}[${label}]${all.slice(offset)}`,
    plain,
  );
}

describe('inlay hints', () => {
  it('tell the result of a formula that does not declare it', () => {
    assert.equal(
      shown('formula f(s: session) = s.input_kg - s.good_kg'),
      'formula f(s: session)[: kg] = s.input_kg - s.good_kg',
    );
    assert.equal(shown('formula f() = true'), 'formula f()[: bool] = true');
    const declared = 'formula f(s: session): kg = s.input_kg';
    assert.equal(shown(declared), declared);
    const unknown = 'formula f(s: session) = s.nowhere';
    assert.equal(shown(unknown), unknown);
  });

  it('tell the unit of a product of names, not of one with a number in it', () => {
    const gate = (condition: string) => `gate g\n  on session.close\n  block when ${condition}`;
    assert.equal(
      shown(gate('session.input_kg / session.good_kg * session.wip_kg > 5 kg')),
      gate('session.input_kg / session.good_kg * session.wip_kg[ kg] > 5 kg'),
    );
    const plain = gate('session.input_kg * 2 > 5 kg');
    assert.equal(shown(plain), plain);
  });

  it('tell the type of a step of a KPI', () => {
    assert.match(
      shown(
        'kpi k per session\n  let lost = session.input_kg - session.good_kg\n  result r: kg = lost',
      ),
      /let lost\[: kg\] = /,
    );
  });

  it('stand only in the part that is asked for', () => {
    const first = 'formula a() = 1 kg\n';
    const both = `${first}formula b() = 2 kg\n`;
    assert.equal(
      shown(both, { start: 0, end: first.length - 1 }),
      'formula a()[: kg] = 1 kg\nformula b() = 2 kg\n',
    );
  });

  it('are none for a file that is not known', () => {
    const { service } = marked('|');
    assert.deepEqual(service.inlayHints('nowhere', { start: 0, end: 9 }), []);
  });
});

const CALL = 'formula two(s: session, x: kg): kg = s.wip_kg + x\n\nformula f(s: session): kg = ';

/** The label with the parameter that is being written in brackets. */
function help(text: string, language = 'en'): string | undefined {
  const { service, offset } = marked(text, { language });
  const found = service.signatureHelp(FILE, offset);
  if (found === undefined) return undefined;
  const { label, params, active } = found;
  const { start, end } = params[active] ?? { start: label.length, end: label.length };
  return `${label.slice(0, start)}[${label.slice(start, end)}]${label.slice(end)}`;
}

describe('signature help', () => {
  it('tells which argument of a formula is written', () => {
    assert.equal(help(`${CALL}two(|`), 'two([s: session], x: kg): kg');
    assert.equal(help(`${CALL}two(s, |`), 'two(s: session, [x: kg]): kg');
    assert.equal(help(`${CALL}two(s, abs(s.wip_kg)|)`), 'two(s: session, [x: kg]): kg');
    assert.equal(help(`${CALL}two(s, 1 kg)|`), undefined);
    assert.equal(help(`${CALL}tw|o(s, 1 kg)`), undefined);
  });

  it('is that of the innermost call that is known', () => {
    assert.match(help(`${CALL}two(s, abs(|`) ?? '', /^abs\(\[x\]\)/);
    assert.equal(help(`${CALL}two(s, nobody(|`), 'two(s: session, [x: kg]): kg');
    assert.equal(help(`${CALL}two(s, (|`), 'two(s: session, [x: kg]): kg');
  });

  it('knows the functions of plugins, in the reader’s language', () => {
    const { service, offset } = marked('formula f() = plan_norm("x", |', { language: 'ru' });
    const found = service.signatureHelp(FILE, offset);
    assert.equal(found?.label, 'plan_norm(code: text, grade: oneof(stajor, katta)): kg/h');
    assert.deepEqual([found?.doc, found?.active], ['норма по плану', 1]);
  });

  it('is nothing outside of brackets and of the text', () => {
    assert.equal(help('gate g|'), undefined);
    const { service } = marked(`${CALL}two(|`);
    assert.equal(service.signatureHelp('nowhere', 3), undefined);
    assert.equal(service.signatureHelp(FILE, -5), undefined);
  });
});

describe('deep diagnostics', () => {
  const never =
    'gate g\n  on session.close\n  block when session.input_kg > 5 kg and session.input_kg < 4 kg\n';

  it('tell what a rule says that its types do not', () => {
    const { service } = marked(`${never}|`);
    const found = service.deepDiagnostics();
    assert.deepEqual(
      found?.map(({ file, code }) => [file, code.slice(0, 2)]),
      [[FILE, 'Q6']],
    );
  });

  it('are left off when there is no time, and go on from there', () => {
    const { service } = marked(`${never}|`);
    const all = service.deepDiagnostics();
    const other = marked(`${never}|`).service;
    assert.equal(
      other.deepDiagnostics(() => false),
      undefined,
    );
    let found = other.deepDiagnostics(() => false);
    for (let asked = 0; found === undefined && asked < 100; asked++) {
      let more = 1;
      found = other.deepDiagnostics(() => more-- > 0);
    }
    assert.deepEqual(found, all);
  });

  it('say nothing of rules that have errors', () => {
    const { service } = marked(`${never}\nformula f(): kg = nowhere|`);
    assert.deepEqual(service.deepDiagnostics(), []);
  });
});
