import type { Type } from '../types/type.ts';

/** The languages explanations speak; any other reader is answered in English. */
interface Words {
  readonly notNeeded: string;
  readonly and: string;
  readonly or: string;
  /** How two values lie: `d` is how far apart they are. */
  readonly greater: (a: string, b: string, d: string) => string;
  readonly less: (a: string, b: string, d: string) => string;
  readonly later: (a: string, b: string) => string;
  readonly earlier: (a: string, b: string) => string;
  readonly equal: (a: string, b: string) => string;
  readonly different: (a: string, b: string) => string;
  /** What a rule refuses for: over or under what it allows. */
  readonly tooMuch: (a: string, b: string, d: string) => string;
  readonly tooLittle: (a: string, b: string, d: string) => string;
  readonly among: (a: string, list: string) => string;
  readonly notAmong: (a: string, list: string) => string;
  /** Of `all` elements of a list `kept` count, `shown` are shown. */
  readonly elements: (all: number, kept: number, shown: number) => string;
  readonly element: (n: number) => string;
  /** Changes that let a rule pass. */
  readonly change: {
    readonly more: (by: string, name: string, to: string, from: string) => string;
    readonly fewer: (by: string, name: string, to: string, from: string) => string;
    readonly instead: (name: string, to: string, from: string) => string;
    readonly record: (name: string, to: string) => string;
    readonly with: (name: string, item: string) => string;
    readonly without: (name: string, item: string) => string;
    readonly drop: (name: string) => string;
    readonly release: (roles: string) => string;
    readonly whenClear: string;
    /** Of what acts by itself: more events, the other half of a pair, and time. */
    readonly events: (count: number, event: string, within: string) => string;
    readonly next: (event: string, within: string) => string;
    readonly stays: (time: string) => string;
    readonly silence: (event: string, time: string) => string;
    readonly later: (time: string) => string;
  };
}

const en: Words = {
  notNeeded: 'not needed',
  and: ' and ',
  or: ', or ',
  greater: (a, b, d) => `${a} is greater than ${b} by ${d}`,
  less: (a, b, d) => `${a} is less than ${b} by ${d}`,
  later: (a, b) => `${a} is after ${b}`,
  earlier: (a, b) => `${a} is before ${b}`,
  equal: (a, b) => `${a} equals ${b}`,
  different: (a, b) => `${a} is not ${b}`,
  tooMuch: (a, b, d) => `${a}, allowed ${b}: ${d} too much`,
  tooLittle: (a, b, d) => `${a}, needed ${b}: ${d} too little`,
  among: (a, list) => `${a} is among ${list}`,
  notAmong: (a, list) => `${a} is not among ${list}`,
  elements: (all, kept, shown) => `${kept} of ${all}${shown < kept ? `, first ${shown}` : ''}`,
  element: (n) => `no. ${n}`,
  change: {
    more: (by, name, to, from) => `${by} more ${name} (${to} instead of ${from})`,
    fewer: (by, name, to, from) => `${by} less ${name} (${to} instead of ${from})`,
    instead: (name, to, from) => `${name}: ${to} instead of ${from}`,
    record: (name, to) => `record ${name}, for example ${to}`,
    with: (name, item) => `${name} with ${item}`,
    without: (name, item) => `${name} without ${item}`,
    drop: (name) => `without ${name}`,
    release: (roles) => `a release by ${roles}`,
    whenClear: 'once the reason is gone',
    events: (count, event, within) => `${count} more ${event} within ${within}`,
    next: (event, within) => `then ${event} within ${within}`,
    stays: (time) => `stays so for another ${time}`,
    silence: (event, time) => `no ${event} for another ${time}`,
    later: (time) => `${time} later`,
  },
};

const uz: Words = {
  notNeeded: 'kerak bo‘lmadi',
  and: ' va ',
  or: ' yoki ',
  greater: (a, b, d) => `${a} ${b} dan ${d} katta`,
  less: (a, b, d) => `${a} ${b} dan ${d} kichik`,
  later: (a, b) => `${a} ${b} dan keyin`,
  earlier: (a, b) => `${a} ${b} dan oldin`,
  equal: (a, b) => `${a} ${b} ga teng`,
  different: (a, b) => `${a} ${b} emas`,
  tooMuch: (a, b, d) => `${a}, ruxsat etilgani ${b}: ${d} ortiq`,
  tooLittle: (a, b, d) => `${a}, kerak ${b}: ${d} yetmaydi`,
  among: (a, list) => `${a} ${list} ichida bor`,
  notAmong: (a, list) => `${a} ${list} ichida yo‘q`,
  elements: (all, kept, shown) =>
    `${all} tadan ${kept}${shown < kept ? `, dastlabki ${shown}` : ''}`,
  element: (n) => `${n}-o‘rin`,
  change: {
    more: (by, name, to, from) => `${name} ${by} ko‘p (${to}, hozir ${from})`,
    fewer: (by, name, to, from) => `${name} ${by} kam (${to}, hozir ${from})`,
    instead: (name, to, from) => `${name}: ${to}, hozir ${from}`,
    record: (name, to) => `${name} yozilsin, masalan ${to}`,
    with: (name, item) => `${name}: ${item} qo‘shilsin`,
    without: (name, item) => `${name}: ${item} olib tashlansin`,
    drop: (name) => `${name} siz`,
    release: (roles) => `${roles} ruxsati`,
    whenClear: 'sabab bartaraf etilgach',
    events: (count, event, within) => `${within} ichida yana ${count} ta ${event}`,
    next: (event, within) => `keyin ${within} ichida ${event}`,
    stays: (time) => `yana ${time} shunday qolsa`,
    silence: (event, time) => `yana ${time} ${event} bo‘lmasa`,
    later: (time) => `${time} dan keyin`,
  },
};

/** 2 to 4, 22 to 24 and so on, which Russian counts in a form of their own. */
export const isFew = (count: number): boolean =>
  count % 10 >= 2 && count % 10 <= 4 && !(count % 100 >= 12 && count % 100 <= 14);

const ru: Words = {
  notNeeded: 'не понадобилось',
  and: ' и ',
  or: ' или ',
  greater: (a, b, d) => `${a} больше ${b} на ${d}`,
  less: (a, b, d) => `${a} меньше ${b} на ${d}`,
  later: (a, b) => `${a} позже ${b}`,
  earlier: (a, b) => `${a} раньше ${b}`,
  equal: (a, b) => `${a} равно ${b}`,
  different: (a, b) => `${a} не ${b}`,
  tooMuch: (a, b, d) => `${a}, допустимо ${b}: на ${d} больше`,
  tooLittle: (a, b, d) => `${a}, нужно ${b}: не хватает ${d}`,
  among: (a, list) => `${a} есть в ${list}`,
  notAmong: (a, list) => `${a} нет в ${list}`,
  elements: (all, kept, shown) => `${kept} из ${all}${shown < kept ? `, первые ${shown}` : ''}`,
  element: (n) => `№ ${n}`,
  change: {
    more: (by, name, to, from) => `на ${by} больше: ${name} (${to} вместо ${from})`,
    fewer: (by, name, to, from) => `на ${by} меньше: ${name} (${to} вместо ${from})`,
    instead: (name, to, from) => `${name}: ${to} вместо ${from}`,
    record: (name, to) => `указать: ${name}, например ${to}`,
    with: (name, item) => `${name}: добавить ${item}`,
    without: (name, item) => `${name}: убрать ${item}`,
    drop: (name) => `без ${name}`,
    release: (roles) => `разрешение: ${roles}`,
    whenClear: 'когда причина устранена',
    events: (count, event, within) =>
      `ещё ${count} ${isFew(count) ? 'раза' : 'раз'} ${event} за ${within}`,
    next: (event, within) => `затем ${event} не позже чем через ${within}`,
    stays: (time) => `если так останется ещё ${time}`,
    silence: (event, time) => `ещё ${time} без ${event}`,
    later: (time) => `через ${time}`,
  },
};

const ALL: Readonly<Record<string, Words>> = { en, uz, ru };

/** What explanations are worded with, for a reader. */
export const wordsOf = (language: string): Words =>
  (Object.hasOwn(ALL, language) ? ALL[language] : undefined) ?? en;

/** Are values of a type earlier and later, not less and greater? */
export const isMoment = (type: Type): boolean =>
  type.kind === 'date' || type.kind === 'time' || type.kind === 'instant';
