import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CodeAction,
  CompletionItem,
  DocumentSymbol,
  Hover,
  InlayHint,
  Location,
  Range,
  SemanticTokens,
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { Client } from './client.ts';

const CATALOG = {
  records: {
    session: {
      doc: { en: 'a shift of one machine', ru: 'смена одной машины' },
      fields: { input_kg: { type: 'kg' }, good_kg: { type: 'kg' } },
    },
  },
  points: { 'session.close': { facts: { session: { type: 'session' } } } },
  roles: ['texnolog'],
};

const FORMULAS = `module plant.formulas

formula loss(session: session): kg = session.input_kg - session.good_kg

formula share(session: session) = 2 * loss(session)
`;
const GATES = `module plant.gates

gate too_much
  on session.close
  block when loss(session) > 5 kg
  message "{loss(session)} are lost"

gate far_too_much
  on session.close
  block when loss(session) > 50 kg
`;

describe('qoida lsp', () => {
  let folder = '';
  let client: Client;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qoida-lsp-'));
    writeFileSync(join(folder, 'catalog.json'), JSON.stringify(CATALOG));
    writeFileSync(join(folder, 'formulas.qoida'), FORMULAS);
    writeFileSync(join(folder, 'gates.qoida'), GATES);
    client = new Client(folder, ['--stdio', '--catalog', 'catalog.json']);
  });
  afterEach(async () => {
    await client.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells what it can do, ends when asked, and says nothing else on stdout', async () => {
    const { capabilities, serverInfo } = await client.begin();
    assert.equal(serverInfo?.name, 'qoida');
    assert.equal(capabilities.positionEncoding, 'utf-16');
    for (const provider of [
      'hover',
      'definition',
      'references',
      'inlayHint',
      'codeAction',
    ] as const)
      assert.ok(capabilities[`${provider}Provider`], provider);
    assert.equal(await client.end(), 0);
  });

  it('ends when the client goes away', async () => {
    await client.begin();
    const ended = client.ended();
    client.process.stdin?.end();
    assert.equal(await ended, 1);
  });

  it('finds faults in a rule that is typed letter by letter, and offers what can stand there', async () => {
    await client.begin();
    const begun = 'gate typed\n  on session.close\n  block when session.';
    await client.open('typed.qoida', begun);
    await client.findings('typed.qoida', (found) => found.length > 0);
    const end = 'block when session.'.length + 2;
    const offered = await client.at<CompletionItem[]>('completion', 'typed.qoida', 2, end);
    assert.deepEqual(
      offered.slice(0, 2).map(({ label, detail }) => [label, detail]),
      [
        ['input_kg', 'kg'],
        ['good_kg', 'kg'],
      ],
    );
    await client.type('typed.qoida', 2, end, 'inptu_kg > 5 kg');
    const [found] = await client.findings('typed.qoida', ([first]) =>
      JSON.stringify(first?.message ?? '').includes('inptu_kg'),
    );
    const actions = (await client.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: client.uri('typed.qoida') },
      range: found?.range,
      context: { diagnostics: [found] },
    })) as CodeAction[];
    const [edit] = actions[0]?.edit?.changes?.[client.uri('typed.qoida')] ?? [];
    assert.equal(edit?.newText, 'input_kg');
    assert.equal(actions[0]?.kind, 'quickfix');
  });

  it('offers other ways to write what is chosen, by their kinds', async () => {
    await client.begin();
    const line = FORMULAS.split('\n')[4] ?? '';
    const from = line.indexOf('2 * loss');
    const ask = (start: number, end: number, only?: string[]) =>
      client.connection.sendRequest('textDocument/codeAction', {
        textDocument: { uri: client.uri('formulas.qoida') },
        range: { start: { line: 4, character: start }, end: { line: 4, character: end } },
        context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
      }) as Promise<CodeAction[]>;
    const extracted = await ask(from, line.length, ['refactor.extract']);
    assert.deepEqual(
      extracted.map(({ kind }) => kind),
      ['refactor.extract'],
    );
    const [call, formula] = extracted[0]?.edit?.changes?.[client.uri('formulas.qoida')] ?? [];
    assert.equal(call?.newText, 'part(session)');
    assert.match(formula?.newText ?? '', /formula part\(session: session\) = 2 \* loss\(session\)/);
    const inlined = await ask(from + 5, from + 5, ['refactor']);
    assert.deepEqual(
      inlined.map(({ kind }) => kind),
      ['refactor.inline'],
    );
    assert.deepEqual(await ask(from + 5, from + 5, ['quickfix']), []);
  });

  it('mends all mistyped words where an editor asks for that', async () => {
    await client.begin();
    const text = 'formula f(s: session): kg = s.inptu_kg - s.goood_kg\n';
    await client.open('typed.qoida', text);
    await client.findings('typed.qoida', (found) => found.length === 2);
    const actions = (await client.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: client.uri('typed.qoida') },
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics: [], only: ['source.fixAll'] },
    })) as CodeAction[];
    assert.deepEqual(
      actions.map(({ kind, edit }) => [kind, edit?.changes?.[client.uri('typed.qoida')]?.length]),
      [['source.fixAll', 2]],
    );
  });

  it('shows the other places of a name in a file', async () => {
    await client.begin();
    const at = GATES.split('\n')[4]?.indexOf('loss') ?? -1;
    const shown = await client.at<unknown[]>('documentHighlight', 'gates.qoida', 4, at);
    assert.equal(shown.length, 3);
  });

  it('renames a formula in both files, and finds it from either', async () => {
    await client.begin();
    const called = GATES.split('\n')[4]?.indexOf('loss') ?? -1;
    const [place] = [await client.at<Location>('definition', 'gates.qoida', 4, called)];
    assert.equal(place?.uri, client.uri('formulas.qoida'));
    const places = await client.at<Location[]>('references', 'gates.qoida', 4, called, {
      context: { includeDeclaration: true },
    });
    assert.equal(places.length, 5);
    const range = await client.at<Range>('prepareRename', 'gates.qoida', 4, called);
    assert.equal(range.start.character, called);
    const { changes } = await client.at<WorkspaceEdit>('rename', 'gates.qoida', 4, called, {
      newName: 'lost',
    });
    const edits = (name: string): TextEdit[] => changes?.[client.uri(name)] ?? [];
    assert.deepEqual([edits('gates.qoida').length, edits('formulas.qoida').length], [3, 2]);
    await assert.rejects(
      client.at('rename', 'gates.qoida', 4, called, { newName: 'share' }),
      /taken/,
    );
  });

  it('formats, and leaves alone what is formatted', async () => {
    await client.begin();
    await client.open('loose.qoida', 'formula a( x:kg ):kg=x*2\n');
    const ask = (name: string) =>
      client.at<TextEdit[]>('formatting', name, 0, 0, {
        options: { tabSize: 2, insertSpaces: true },
      });
    assert.deepEqual(
      (await ask('loose.qoida')).map(({ newText }) => newText),
      ['formula a(x: kg): kg = x * 2\n'],
    );
    assert.deepEqual(await ask('formulas.qoida'), []);
  });

  it('tells of things, in the reader’s language', async () => {
    await client.begin('ru-RU');
    const at = FORMULAS.split('\n')[2]?.indexOf('session.input') ?? -1;
    const hover = await client.at<Hover>('hover', 'formulas.qoida', 2, at);
    assert.match(JSON.stringify(hover.contents), /session: session.*смена одной машины/);
    const help = await client.at<SignatureHelp>(
      'signatureHelp',
      'formulas.qoida',
      4,
      FORMULAS.split('\n')[4]?.indexOf('(session)') ?? -1,
    );
    assert.equal(help, null, 'the cursor is before the bracket');
    const inside = (FORMULAS.split('\n')[4]?.indexOf('(session)') ?? -1) + 1;
    const shown = await client.at<SignatureHelp>('signatureHelp', 'formulas.qoida', 4, inside);
    assert.equal(shown.signatures[0]?.label, 'loss(session: session): kg');
  });

  it('has the outline, the folds, the colours and the hints of a file', async () => {
    await client.begin();
    const ask = <T>(method: string, more: object = {}) =>
      client.connection.sendRequest(`textDocument/${method}`, {
        textDocument: { uri: client.uri('formulas.qoida') },
        ...more,
      }) as Promise<T>;
    const symbols = await ask<DocumentSymbol[]>('documentSymbol');
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['plant.formulas', 'loss', 'share'],
    );
    assert.deepEqual(await ask('foldingRange'), []);
    const { data } = await ask<SemanticTokens>('semanticTokens/full');
    assert.equal(data.length % 5, 0);
    const range = { start: { line: 4, character: 0 }, end: { line: 5, character: 0 } };
    const part = await ask<SemanticTokens>('semanticTokens/range', { range });
    assert.ok(part.data.length > 0 && part.data.length < data.length);
    const hints = await ask<InlayHint[]>('inlayHint', { range });
    assert.deepEqual(
      hints.map(({ label }) => label),
      [': kg'],
    );
    const found = (await client.connection.sendRequest('workspace/symbol', {
      query: 'TOO',
    })) as { name: string }[];
    assert.deepEqual(
      found.map(({ name }) => name),
      ['too_much', 'far_too_much'],
    );
  });

  it('knows files that change on disk, and those that close', async () => {
    await client.begin();
    writeFileSync(join(folder, 'more.qoida'), 'formula more(): kg = nowhere\n');
    const changed = () =>
      client.connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [{ uri: client.uri('more.qoida'), type: 1 }],
      });
    await changed();
    await client.findings('more.qoida', (found) => found.length === 1);
    await client.open('more.qoida', 'formula more(): kg = 1 kg\n');
    await client.findings('more.qoida', (found) => found.length === 0);
    await client.connection.sendNotification('textDocument/didClose', {
      textDocument: { uri: client.uri('more.qoida') },
    });
    await client.findings('more.qoida', (found) => found.length === 1);
    rmSync(join(folder, 'more.qoida'));
    await changed();
    await client.findings('more.qoida', (found) => found.length === 0);
  });

  it('tells in idle time what the rules say together', async () => {
    await client.begin();
    const [found] = await client.findings('gates.qoida', ([first]) => first !== undefined);
    assert.equal(found?.range.start.line, 7);
    assert.match(found?.code as string, /^Q6/);
  });

  it('answers nothing about files it does not know', async () => {
    await client.begin();
    for (const method of ['hover', 'completion', 'definition', 'signatureHelp', 'prepareRename'])
      assert.equal(await client.at(method, 'nowhere.qoida', 3, 3), null, method);
  });
});

describe('qoida lsp without a catalog', () => {
  let folder = '';
  let client: Client | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'qoida-lsp-'));
  });
  afterEach(async () => {
    await client?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('knows the plugins that are loaded, and their rules', async () => {
    client = new Client(folder, []);
    await client.begin();
    await client.open('a.qoida', 'gate g\n  on \n');
    const points = await client.at<CompletionItem[]>('completion', 'a.qoida', 1, 5);
    assert.ok(points.some(({ label }) => label === 'user.create' || label.includes('.')));
    assert.equal(await client.end(), 0);
  });

  it('says that plugins can’t be loaded, and goes on with the language alone', async () => {
    const started = new Client(folder, [], { PLUGINS: './no-such-plugin.js' });
    client = started;
    await started.begin();
    await started.until('a message', () => started.messages.length > 0);
    assert.match(started.messages[0] ?? '', /plugins can't be read.*no-such-plugin/s);
    await started.open('a.qoida', 'gate g\n  on a.b\n  bl');
    const clauses = await started.at<CompletionItem[]>('completion', 'a.qoida', 2, 4);
    assert.ok(clauses.some(({ label }) => label.startsWith('block')));
    assert.equal(await started.end(), 0);
  });
});
