import type * as Monaco from 'monaco-editor/editor';
import type { Connection } from './connection.ts';
import { navigation } from './navigation.ts';
import { outline } from './outline.ts';
import { type Model, rangeIn } from './places.ts';
import type { Diagnostic } from './rule-service.ts';
import { writing } from './writing.ts';

const MARKERS = 'qoida';
const MARKS: Readonly<Record<string, 'Error' | 'Warning'>> = { error: 'Error', warning: 'Warning' };

/** Puts the language's findings under the text. */
export function showDiagnostics(
  monaco: typeof Monaco,
  model: Model,
  found: readonly Diagnostic[],
): void {
  const { MarkerSeverity } = monaco;
  monaco.editor.setModelMarkers(
    model,
    MARKERS,
    found.map((item) => ({
      ...rangeIn(model, item.span),
      severity: MarkerSeverity[MARKS[item.severity] ?? 'Info'],
      code: item.code,
      source: 'Qoida',
      message: item.help === undefined ? item.message : `${item.message}\n${item.help}`,
      // Other modules have no model here: what they say stands with their names.
      relatedInformation: (item.related ?? []).map(({ file, span, message }) =>
        file === item.file
          ? { ...rangeIn(model, span), resource: model.uri, message }
          : { ...rangeIn(model, item.span), resource: model.uri, message: `${file}: ${message}` },
      ),
    })),
  );
}

/** Everything the language does for the model of one module. */
export function connectService(connection: Connection): Monaco.IDisposable {
  const parts = [...writing(connection), ...outline(connection), ...navigation(connection)];
  return {
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}
