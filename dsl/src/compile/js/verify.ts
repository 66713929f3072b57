/**
 * The second wall: emitted text is read again, by a reader that knows nothing of the emitter, and
 * refused unless it is made of a short list of forms. Names are `t1 c1 u1 i1 A e B C U`, helpers
 * are `H.name`, and the only property names besides are those listed here.
 */
const HELPERS = new Set([
  'own',
  'enter',
  'today',
  'member',
  'roundTo',
  'isZero',
  'near',
  'steps',
  'compare',
  'call',
]);
const MATH = new Set(['abs', 'min', 'max']);
const ENVIRONMENT = new Set(['inputs', 'now', 'zone']);
const TYPES = new Set(['"number"', '"boolean"', '"string"']);
const NAME = /^(?:[tcui]\d+|[ABCUe])$/;
const CALLABLE = /^u\d+$/;
const BINARY = new Set(['+', '-', '*', '/', '<', '<=', '>', '>=', '===', '!==', '&&', '||']);

export class Refused extends Error {
  constructor(found: string) {
    super(`generated text was refused at: ${found.slice(0, 40)}`);
    this.name = 'Refused';
  }
}

const TOKEN = /\s*([A-Za-z]+\d*|\d+|"[a-z]+"|===|!==|<=|>=|&&|\|\||\+\+|[-+*/<>!?:;,.=()[\]{}])/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match?.[1] === undefined) {
      if (text.slice(at).trim() === '') break;
      throw new Refused(text.slice(at));
    }
    tokens.push(match[1]);
  }
  return tokens;
}

class Reader {
  private at = 0;
  private readonly tokens: readonly string[];

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): string {
    return this.tokens[this.at + ahead] ?? '';
  }

  take(): string {
    return this.tokens[this.at++] ?? '';
  }

  accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  expect(...tokens: readonly string[]): void {
    for (const token of tokens) if (!this.accept(token)) this.refuse();
  }

  oneOf(set: ReadonlySet<string>): void {
    if (!set.has(this.take())) this.refuse();
  }

  name(): string {
    const token = this.take();
    if (!NAME.test(token)) this.refuse();
    return token;
  }

  refuse(): never {
    throw new Refused(this.tokens.slice(Math.max(0, this.at - 2)).join(' '));
  }
}

/**
 * Refuses text outside the allow-list.
 * @throws Refused
 */
export function verifyEmitted(text: string): void {
  const r = new Reader(tokenize(text));
  while (r.peek() === 'const') head(r);
  r.expect('return', 'function', '(', 'A', ',', 'e', ')', '{');
  while (r.peek() !== '}') statement(r);
  r.expect('}', ';');
  if (!r.done) r.refuse();
}

/** `const c0 = C[0];` or `const u0 = U[0];` */
function head(r: Reader): void {
  r.expect('const');
  const name = r.name();
  r.expect('=');
  const list = r.take();
  const fits = (list === 'C' && name.startsWith('c')) || (list === 'U' && name.startsWith('u'));
  if (!fits) r.refuse();
  r.expect('[');
  if (!/^\d+$/.test(r.take())) r.refuse();
  r.expect(']', ';');
}

function block(r: Reader): void {
  r.expect('{');
  while (r.peek() !== '}') statement(r);
  r.expect('}');
}

function statement(r: Reader): void {
  switch (r.peek()) {
    case 'const':
    case 'let': {
      r.take();
      if (!/^t\d+$/.test(r.name())) r.refuse();
      r.expect('=');
      expression(r);
      r.expect(';');
      return;
    }
    case 'return':
      r.take();
      expression(r);
      r.expect(';');
      return;
    case 'break':
      r.expect('break', ';');
      return;
    case 'if':
      r.expect('if', '(');
      expression(r);
      r.expect(')');
      if (r.peek() === 'return') statement(r);
      else block(r);
      if (r.accept('else')) block(r);
      return;
    case 'for':
      loop(r);
      return;
    default:
      if (!/^t\d+$/.test(r.name())) r.refuse();
      r.expect('=');
      expression(r);
      r.expect(';');
  }
}

/** `for (let i1 = 0; i1 < t2.length; i1++) { … }` and no other loop: it ends. */
function loop(r: Reader): void {
  r.expect('for', '(', 'let');
  const index = r.name();
  if (!index.startsWith('i')) r.refuse();
  r.expect('=', '0', ';', index, '<');
  r.name();
  r.expect('.', 'length', ';', index, '++', ')');
  block(r);
}

function expression(r: Reader): void {
  operand(r);
  while (BINARY.has(r.peek())) {
    r.take();
    operand(r);
  }
  if (!r.accept('?')) return;
  expression(r);
  r.expect(':');
  expression(r);
}

function list(r: Reader, end: string): void {
  if (r.accept(end)) return;
  do expression(r);
  while (r.accept(','));
  r.expect(end);
}

function operand(r: Reader): void {
  const token = r.take();
  switch (token) {
    case '!':
      operand(r);
      return;
    case '(':
      expression(r);
      r.expect(')');
      return;
    case '[':
      list(r, ']');
      return;
    case 'typeof':
      r.name();
      r.expect('!==');
      r.oneOf(TYPES);
      return;
    case 'H':
    case 'Math':
      r.expect('.');
      r.oneOf(token === 'H' ? HELPERS : MATH);
      r.expect('(');
      list(r, ')');
      return;
    case 'e':
      // The environment as a whole is handed only to helpers and units.
      if (r.accept('.')) r.oneOf(ENVIRONMENT);
      return;
    case 'null':
    case 'undefined':
    case 'true':
    case 'false':
    case '0':
    case '1':
      return;
    default:
      named(token, r);
  }
}

function named(token: string, r: Reader): void {
  if (!NAME.test(token)) r.refuse();
  if (CALLABLE.test(token)) {
    r.expect('(');
    list(r, ')');
  } else if (r.accept('[')) {
    if (!/^(?:i\d+|\d+)$/.test(r.take())) r.refuse();
    r.expect(']');
  }
}
