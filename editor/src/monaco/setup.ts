import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import 'monaco-editor/features/register.all';
// `register.all` of 0.57 leaves these out without an error: cursor keys, paste, go to, suggestions, semantic colours.
import 'monaco-editor/editor/browser/coreCommands.js';
import 'monaco-editor/editor/contrib/caretOperations/browser/caretOperations.js';
import 'monaco-editor/editor/contrib/dropOrPasteInto/browser/copyPasteContribution.js';
import 'monaco-editor/editor/contrib/gotoSymbol/browser/goToCommands.js';
import 'monaco-editor/editor/contrib/gotoError/browser/markerSelectionStatus.js';
import 'monaco-editor/editor/contrib/semanticTokens/browser/documentSemanticTokens.js';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController.js';
import 'monaco-editor/editor/common/standaloneStrings.js';
import * as monaco from 'monaco-editor/editor';
import { qoidaConfiguration, qoidaMonarch } from './grammar.ts';
import { QOIDA_THEMES } from './themes.ts';

export const LANGUAGE = 'qoida';
let ready = false;

/** Monaco with the Qoida language and both looks, set up once. */
export function setUpMonaco(): typeof monaco {
  if (ready) return monaco;
  ready = true;
  self.MonacoEnvironment = { getWorker: () => new EditorWorker() };
  monaco.languages.register({ id: LANGUAGE, extensions: ['.qoida'] });
  monaco.languages.setLanguageConfiguration(LANGUAGE, qoidaConfiguration);
  monaco.languages.setMonarchTokensProvider(LANGUAGE, qoidaMonarch);
  for (const [name, theme] of Object.entries(QOIDA_THEMES)) monaco.editor.defineTheme(name, theme);
  return monaco;
}

/** Options that every editor of rules shares. */
export const EDITOR_OPTIONS = {
  automaticLayout: true,
  fontSize: 15,
  lineHeight: 24,
  fontFamily: '"Cascadia Mono", "JetBrains Mono", "DejaVu Sans Mono", ui-monospace, monospace',
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  'semanticHighlighting.enabled': true,
  tabSize: 2,
  insertSpaces: true,
  padding: { top: 12, bottom: 12 },
  fixedOverflowWidgets: true,
  renderLineHighlight: 'line',
  // The number of an empty last line would be too pale to be read.
  renderFinalNewline: 'on',
  wordWrap: 'on',
  wrappingIndent: 'deepIndent',
  bracketPairColorization: { enabled: false },
  // Uzbek is written with ʻ and ʼ, Russian in letters that look Latin: neither is a trap.
  unicodeHighlight: { ambiguousCharacters: false },
  // Tab must be able to leave the editor: Ctrl+M switches it, as the accessibility help says.
  accessibilitySupport: 'auto',
} as const satisfies monaco.editor.IStandaloneEditorConstructionOptions & Record<string, unknown>;
