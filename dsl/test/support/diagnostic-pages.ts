import { CODES, type CodeEntry } from '../../src/index.ts';
import { type Cure, isDeep, runExpression, type Shown, tellProgram } from './cures.ts';

/** What the first digit of a code says. */
const HUNDREDS: Readonly<Record<string, string>> = {
  Q1: 'text and syntax',
  Q2: 'names',
  Q3: 'types and units',
  Q4: 'missing values and division',
  Q5: 'blocks',
  Q6: 'what rules mean together',
  Q9: 'while a rule runs',
};

const areaOf = (code: string): string => HUNDREDS[code.slice(0, 2)] ?? '';

/** A text inside a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

const fence = (kind: string, text: string): string => `\`\`\`${kind}\n${text}\n\`\`\``;

/** The table of all messages, `docs/diagnostics.md`. */
export function indexPage(): string {
  const areas = Object.entries(HUNDREDS).map(([digit, area]) => `${digit} ${area}`);
  const rows = Object.values(CODES).map(
    ({ code, severity, message, help }: CodeEntry) =>
      `| [${code}](diagnostics/${code}.md) | ${severity} | ${cell(message)} | ${cell(help ?? '')} |`,
  );
  return [
    '# Messages of the language',
    '',
    `Codes are stable: a message may be reworded, a code never gets another meaning. ${areas.join(', ')}. Names in braces are filled in. Each code has a page with an example and its cure; the examples name things of [the plant of the tests](../dsl/test/support/catalog.ts).`,
    '',
    '| code | severity | message | help |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** The page of one diagnostic, `docs/diagnostics/Q….md`. */
export function diagnosticPage(entry: CodeEntry, cure: Cure): string {
  const { code, severity, message, help } = entry;
  return [
    `# ${code}: ${message}`,
    `${severity} · ${areaOf(code)} · [all messages](../diagnostics.md)`,
    cure.why,
    ...(help === undefined ? [] : [`Help: ${help}.`]),
    '## Example',
    ...shown(cure.bad, code),
    '## Cure',
    ...shown(cure.cure, code),
    '',
  ]
    .join('\n\n')
    .replace(/\n\n$/, '\n');
}

/** An example and what is told about it. */
function shown(example: Shown, code: string): readonly string[] {
  if (example.kind === 'made') return [example.text];
  if (example.kind === 'program') {
    const { told } = tellProgram(example.text, isDeep(code));
    return [fence('qoida', example.text), ...(told === '' ? [] : [fence('text', told)])];
  }
  const { text, given } = example;
  const outcome = runExpression(text, given);
  const values = JSON.stringify(given.values);
  const answer =
    'fault' in outcome
      ? `the fault ${outcome.fault.code} (\`${outcome.fault.names.join('`, `')}\`)`
      : `\`${JSON.stringify(outcome.value)}\``;
  return [fence('qoida', text), `With \`${values}\`${typed(given.vars)} this gives ${answer}.`];
}

function typed(vars: Readonly<Record<string, string>>): string {
  const types = Object.entries(vars).map(([name, type]) => `\`${name}\` is \`${type}\``);
  return types.length === 0 ? ', all of them untyped,' : `, where ${types.join(' and ')},`;
}
