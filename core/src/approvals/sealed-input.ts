import { conflict } from '../api/errors.ts';
import { type FieldSpec, specsOf } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import { openText, type SealedFor, sealText } from '../data/index.ts';

const SEALED = '$sealed';
type Sealed = { readonly [SEALED]: string };
type Place = Omit<SealedFor, 'purpose'>;

/**
 * The input of an operation that waits, as it is kept: what its declaration calls secret is sealed, wherever
 * it stands.
 * @param place the request's id is bound in
 */
export const sealInput = (operation: OperationDef, input: unknown, place: Place): unknown =>
  withSecrets({ kind: 'object', fields: specsOf(operation.input) }, input, '', (value, path) => ({
    [SEALED]: sealText(JSON.stringify(value), sealedFor(place, path)),
  }));

/**
 * The input as it was given, to be run.
 * @throws Refusal approval_sealed when it was sealed under another SERVER_SECRET, or changed since
 */
export const openInput = (operation: OperationDef, kept: unknown, place: Place): unknown =>
  withSecrets({ kind: 'object', fields: specsOf(operation.input) }, kept, '', (value, path) => {
    if (!isSealed(value)) return value;
    try {
      return JSON.parse(openText(value[SEALED], sealedFor(place, path))) as unknown;
    } catch {
      throw conflict('approval_sealed', `What was kept of ${path} can't be opened; ask again`, {
        field: path,
      });
    }
  });

/** What people see of a kept input: never what is sealed in it. */
export function shownInput(kept: unknown): unknown {
  if (isSealed(kept)) return '***';
  if (Array.isArray(kept)) return kept.map(shownInput);
  if (typeof kept !== 'object' || kept === null) return kept;
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, shownInput(value)]));
}

const sealedFor = ({ place, serverSecret }: Place, path: string): SealedFor => ({
  purpose: 'approval inputs',
  place: `${place} ${path}`,
  serverSecret,
});

function isSealed(value: unknown): value is Sealed {
  if (typeof value !== 'object' || value === null) return false;
  const [[name, text] = [], ...more] = Object.entries(value);
  return name === SEALED && typeof text === 'string' && more.length === 0;
}

/** A value with each secret in it put through `change`; what isn't of the declared shape stays as it is. */
function withSecrets(
  spec: FieldSpec,
  value: unknown,
  path: string,
  change: (secret: unknown, path: string) => unknown,
): unknown {
  if (value === null || value === undefined) return value;
  if (spec.secret) return change(value, path);
  const { fields, item } = spec;
  if (item !== undefined && Array.isArray(value))
    return value.map((inner, index) => withSecrets(item, inner, `${path}.${index}`, change));
  if (fields === undefined || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const of = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const at = path === '' ? name : `${path}.${name}`;
      return [name, of === undefined ? inner : withSecrets(of, inner, at, change)];
    }),
  );
}
