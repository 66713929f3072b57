/** Follows `$ref` inside the document. */
export function resolve(document, value) {
  if (!value?.$ref) return value;
  return value.$ref
    .slice(2)
    .split('/')
    .reduce((node, key) => node?.[key], document);
}

/** A line that says what a value must be: `number, kg, ≥ 0, 3 decimals`. */
export function describe(document, given) {
  const schema = resolve(document, given) ?? {};
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
  const item = schema.items ? ` of ${describe(document, schema.items)}` : '';
  const parts = [
    type + item,
    schema.format,
    schema.unit,
    schema.record && `→ ${schema.record}`,
    schema.enum?.filter((value) => value !== null).join(' | '),
    schema.minimum > Number.MIN_SAFE_INTEGER && `≥ ${schema.minimum}`,
    schema.maximum < Number.MAX_SAFE_INTEGER && `≤ ${schema.maximum}`,
    schema.maxLength && `≤ ${schema.maxLength} chars`,
    schema.decimals !== undefined && `${schema.decimals} decimals`,
    schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** A value that fits a schema, for the example request. */
export function exampleOf(document, given, depth = 0) {
  const schema = resolve(document, given) ?? {};
  if (schema.examples?.length) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' && depth < 5) {
    const entries = Object.entries(schema.properties ?? {});
    return Object.fromEntries(
      entries.map(([name, inner]) => [name, exampleOf(document, inner, depth + 1)]),
    );
  }
  if (type === 'array') return [exampleOf(document, schema.items, depth + 1)];
  if (type === 'number' || type === 'integer') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  if (schema.format === 'date-time') return '2025-08-01T08:00:00Z';
  if (schema.format === 'date') return '2025-08-01';
  return type === 'string' ? (schema.record ? `${schema.record}-code` : 'text') : null;
}

/** The request as a person would type it. */
export function curlOf(document, server, path, method, operation) {
  const lines = [`curl -X ${method.toUpperCase()} '${location.origin}${server}${path}'`];
  if (operation.security?.length) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  const content = operation.requestBody?.content ?? {};
  const [type] = Object.keys(content);
  if (type) {
    lines.push(`-H 'Content-Type: ${type}'`);
    const body =
      type === 'application/json' ? JSON.stringify(exampleOf(document, content[type].schema)) : '…';
    lines.push(`-d '${body.replaceAll("'", "'\\''")}'`);
  }
  return lines.join(' \\\n  ');
}
