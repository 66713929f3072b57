/**
 * The second wall: emitted text is read again, by a reader that knows nothing of the emitter, and
 * refused unless it is made of a short list of forms. Names are `t1 c1 n1 i1`, the values `v`, the
 * clock `k`, the prototypes of all objects `P` and of dates `D`; helpers are `H.name`. Properties of data are read
 * only by names `n1`, which are judged themselves: none that any object has of its prototype.
 */
const HELPERS = new Set([
  'bare',
  'among',
  'now',
  'today',
  'date',
  'time',
  'instant',
  'fits',
  'leave',
  'call',
  'round',
  'floor',
  'ceil',
  'compare',
  'steps',
]);
const MATH = new Set(['abs', 'min', 'max', 'sqrt']);
const TYPES = new Set(['"number"', '"boolean"', '"string"']);
const LOCAL = /^t\d+$/;
const LABEL = /^b\d+$/;
const VALUE = /^(?:[tc]\d+|k)$/;
const TARGET = /^(?:t\d+|[vkP])$/;
const PROPERTY = /^n\d+$/;
const BINARY = new Set(['+', '-', '*', '/', '<', '<=', '>', '>=', '===', '!==', '&&', '||']);

export class Refused extends Error {
  constructor(found: string) {
    super(`generated text was refused at: ${found.slice(0, 40)}`);
    this.name = 'Refused';
  }
}

const TOKEN =
  /\s*(__proto__|[A-Za-z]+\d*|\d+|"[a-z]+"|===|!==|<=|>=|&&|\|\||\+\+|[-+*/<>!?:;,.=()[\]{}])/y;

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

  like(form: RegExp): string {
    const token = this.take();
    if (!form.test(token)) this.refuse();
    return token;
  }

  refuse(): never {
    throw new Refused(this.tokens.slice(Math.max(0, this.at - 2)).join(' '));
  }
}

/**
 * Refuses text outside the allow-list, and names that reach a prototype.
 * @param names the property names it reads, as `n0`, `n1` …
 * @throws Refused
 */
export function verifyEmitted(text: string, names: readonly string[]): void {
  for (const name of names) {
    if (typeof name !== 'string' || name in Object.prototype) throw new Refused(String(name));
  }
  const r = new Reader(tokenize(text));
  while (r.peek() === 'const') head(r);
  r.expect('return', 'function', '(', 'v', ',', 'k', ',', 'q', ')', '{');
  r.expect('try', '{', 'out', ':', '{');
  while (r.peek() !== '}') statement(r);
  r.expect('}', '}', 'catch', '{', '}');
  r.expect('return', 'S', '(', 'v', ',', 'k', ',', 'q', ')', ';', '}', ';');
  if (!r.done) r.refuse();
}

/** `const c0 = C[0];` or `const n0 = N[0];` */
function head(r: Reader): void {
  r.expect('const');
  const name = r.like(/^[cn]\d+$/);
  r.expect('=', name.startsWith('c') ? 'C' : 'N', '[');
  r.like(/^\d+$/);
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
    case 'let':
      r.take();
      assignment(r);
      return;
    case 'return':
      r.take();
      expression(r);
      r.expect(';');
      return;
    case 'break':
      leave(r);
      return;
    case 'if':
      r.expect('if', '(');
      expression(r);
      r.expect(')');
      if (r.peek() === 'break') leave(r);
      else block(r);
      if (r.accept('else')) block(r);
      return;
    case 'for':
      loop(r);
      return;
    default:
      if (LABEL.test(r.peek())) {
        r.take();
        r.expect(':');
        block(r);
      } else assignment(r);
  }
}

function assignment(r: Reader): void {
  r.like(LOCAL);
  r.expect('=');
  expression(r);
  r.expect(';');
}

function leave(r: Reader): void {
  r.expect('break');
  if (LABEL.test(r.peek()) || r.peek() === 'out') r.take();
  r.expect(';');
}

/** `for (let i1 = 0; i1 < t2.length; i1++) { … }` and no other loop: it ends. */
function loop(r: Reader): void {
  r.expect('for', '(', 'let');
  const index = r.like(/^i\d+$/);
  r.expect('=', '0', ';', index, '<');
  r.like(LOCAL);
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
      r.like(LOCAL);
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
    case 'Array':
      r.expect('.', 'isArray', '(');
      r.like(LOCAL);
      r.expect(')');
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

/** A value; its property by a judged name, its element by a loop's index, its length. */
function named(token: string, r: Reader): void {
  if (r.peek() === '[') {
    if (!TARGET.test(token)) r.refuse();
    r.take();
    const key = r.take();
    if (!PROPERTY.test(key) && !(LOCAL.test(token) && /^i\d+$/.test(key))) r.refuse();
    r.expect(']');
  } else if (r.accept('.')) {
    if (token !== 'v' && !LOCAL.test(token)) r.refuse();
    if (r.accept('length')) return;
    // The prototype is only compared, never handed on; what is proved a `Date` gives its time.
    r.expect('__proto__');
    if (r.accept('!==')) r.expect('P');
    else {
      r.expect('===', 'D', '?', token, '.', 'getTime', '(', ')', ':');
      expression(r);
    }
  } else if (token === 'v') {
    comparedOrHandedToBare(r);
  } else if (!VALUE.test(token)) r.refuse();
}

/** The values as a whole: asked whether they are there and bare, and nothing else. */
function comparedOrHandedToBare(r: Reader): void {
  if (r.peek() === ')' && r.peek(-3) === 'bare') return;
  r.expect('===');
  if (!r.accept('null')) r.expect('undefined');
}
