import type { Texts } from './fields.ts';
import type { Locale } from './locale.ts';

/** Sentences by JSON Schema keyword; `{name}` stands for a parameter of the fault. */
const SENTENCES: Readonly<Record<string, Required<Exclude<Texts, string>>>> = {
  required: { uz: 'majburiy maydon', ru: 'обязательное поле', en: 'is required' },
  additionalProperties: {
    uz: 'bunday maydon yo‘q',
    ru: 'такого поля нет',
    en: 'is not a known field',
  },
  type: {
    uz: 'turi noto‘g‘ri, kerak: {type}',
    ru: 'неверный тип, нужен: {type}',
    en: 'has the wrong type, expected {type}',
  },
  enum: {
    uz: 'ruxsat etilgan qiymatlar: {allowedValues}',
    ru: 'допустимые значения: {allowedValues}',
    en: 'must be one of: {allowedValues}',
  },
  minimum: { uz: 'eng kami {limit}', ru: 'не меньше {limit}', en: 'must be at least {limit}' },
  maximum: { uz: 'eng ko‘pi {limit}', ru: 'не больше {limit}', en: 'must be at most {limit}' },
  minLength: {
    uz: 'bo‘sh bo‘lmasin (kamida {limit} belgi)',
    ru: 'не короче {limit} символов',
    en: 'must have at least {limit} characters',
  },
  maxLength: {
    uz: '{limit} belgidan uzun bo‘lmasin',
    ru: 'не длиннее {limit} символов',
    en: 'must have at most {limit} characters',
  },
  minItems: {
    uz: 'kamida {limit} ta element',
    ru: 'не меньше {limit} элементов',
    en: 'must have at least {limit} items',
  },
  maxItems: {
    uz: 'ko‘pi bilan {limit} ta element',
    ru: 'не больше {limit} элементов',
    en: 'must have at most {limit} items',
  },
  pattern: { uz: 'shakli noto‘g‘ri', ru: 'неверный вид', en: 'has the wrong form' },
  format: { uz: 'to‘g‘ri {format} emas', ru: 'не {format}', en: 'is not a valid {format}' },
  storable: {
    uz: 'NUL belgisi yoki surrogat juftining yarmi bo‘lmasin',
    ru: 'без символа NUL и половин суррогатных пар',
    en: 'must hold no NUL character and no half of a surrogate pair',
  },
  decimals: {
    uz: 'nuqtadan keyin ko‘pi bilan {most} xona',
    ru: 'не больше {most} знаков после запятой',
    en: 'must have at most {most} decimals',
  },
};

/** What is wrong with a field, by the keyword that it breaks and its parameters, in the reader's language. */
export function sentence(
  keyword: string,
  parameters: Readonly<Record<string, unknown>>,
  locale: Locale,
): string {
  const texts = SENTENCES[keyword] ?? SENTENCES.pattern;
  const text = texts?.[locale] ?? keyword;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    return Array.isArray(value) ? value.filter((item) => item !== null).join(', ') : String(value);
  });
}
