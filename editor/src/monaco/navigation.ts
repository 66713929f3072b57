import type * as Monaco from 'monaco-editor/editor';
import { asked, type Connection } from './connection.ts';
import { type Model, rangeIn } from './places.ts';
import { moduleOfFile, type Place } from './rule-service.ts';
import { LANGUAGE } from './setup.ts';

/** Definition, references and highlights over all modules, and renaming. */
export function navigation(connection: Connection): Monaco.IDisposable[] {
  const { monaco, own, file, others, page } = connection;
  const { languages } = monaco;
  const shown = new Map<string, Model>();

  /** The text of a module, to look into and to count lines in. */
  function modelOf(name: string): Model | undefined {
    if (name === file) return own;
    const known = shown.get(name);
    const other = others.find((one) => one.name === name);
    if (known !== undefined || other === undefined) return known;
    const uri = own.uri.with({ path: `/${name}` });
    const made =
      monaco.editor.getModel(uri) ?? monaco.editor.createModel(other.text, LANGUAGE, uri);
    shown.set(name, made);
    return made;
  }
  const located = (places: readonly Place[]): Monaco.languages.Location[] =>
    places.flatMap(({ file: name, span }) => {
      const model = modelOf(name);
      return model === undefined ? [] : [{ uri: model.uri, range: rangeIn(model, span) }];
    });

  return [
    languages.registerDefinitionProvider(LANGUAGE, {
      async provideDefinition(model, position, token) {
        const at = model.getOffsetAt(position);
        const place = await asked(connection, model, 'definition', [at], token);
        return place === undefined ? null : located([place]);
      },
    }),
    languages.registerReferenceProvider(LANGUAGE, {
      async provideReferences(model, position, { includeDeclaration }, token) {
        const at = model.getOffsetAt(position);
        const places = (await asked(connection, model, 'references', [at], token)) ?? [];
        return located(includeDeclaration ? places : places.slice(1));
      },
    }),
    languages.registerDocumentHighlightProvider(LANGUAGE, {
      async provideDocumentHighlights(model, position, token) {
        const at = model.getOffsetAt(position);
        const places = (await asked(connection, model, 'references', [at], token)) ?? [];
        return places
          .filter((place) => place.file === file)
          .map(({ span }) => ({ range: rangeIn(model, span) }));
      },
    }),
    languages.registerRenameProvider(LANGUAGE, {
      async resolveRenameLocation(model, position, token) {
        const at = model.getOffsetAt(position);
        const span = await asked(connection, model, 'renamable', [at], token);
        if (span !== undefined) {
          const range = rangeIn(model, span);
          return { range, text: model.getValueInRange(range) };
        }
        const word = model.getWordAtPosition(position)?.word ?? '';
        const why = await asked(connection, model, 'rename', [at, word], token);
        const { lineNumber, column } = position;
        const range = new monaco.Range(lineNumber, column, lineNumber, column);
        const rejectReason = why !== undefined && 'refused' in why ? why.refused : '';
        return { range, text: word, rejectReason };
      },
      async provideRenameEdits(model, position, to, token) {
        const none = { edits: [] };
        const offset = model.getOffsetAt(position);
        const span = await asked(connection, model, 'renamable', [offset], token);
        if (span === undefined) return none;
        const [text, version] = [model.getValue(), model.getVersionId()];
        const { start, end } = span;
        const found = await page.rename({ text, offset, start, from: text.slice(start, end), to });
        if (model.isDisposed() || 'shown' in found) return none;
        if ('refused' in found) {
          // Monaco would tell the reason to the console only.
          page.refuse(found.refused);
          return none;
        }
        return {
          edits: found.edits.map((edit) => ({
            resource: model.uri,
            versionId: version,
            textEdit: { range: rangeIn(model, edit.span), text: edit.text },
          })),
        };
      },
    }),
    monaco.editor.registerEditorOpener({
      openCodeEditor(_source, resource, at) {
        const found = [...shown].find(([, model]) => model.uri.toString() === resource.toString());
        if (found === undefined || at === undefined) return false;
        const [name, model] = found;
        const start =
          'startLineNumber' in at ? { lineNumber: at.startLineNumber, column: at.startColumn } : at;
        const word = model.getWordAtPosition(start)?.word ?? '';
        page.open(moduleOfFile(name), model.getOffsetAt(start), word);
        return true;
      },
    }),
    {
      dispose: () => {
        for (const model of shown.values()) model.dispose();
      },
    },
  ];
}
