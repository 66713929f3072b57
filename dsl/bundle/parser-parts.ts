import { createRequire } from 'node:module';
import { dirname, relative, sep } from 'node:path';
import type { Plugin } from 'vite';

/**
 * What of chevrotain the language never runs, by file, and what stands in its place: the grammar is
 * given tokens by a scanner of its own, is checked when the package is tested, recovers by blocks
 * and not inside them, and builds its own tree. The names exported stay, so that a file that wants
 * another one of a changed chevrotain stops the build.
 */
const IN_PLACE: Readonly<Record<string, string>> = {
  'scan/lexer_public.js': `
    export class Lexer {}
    Lexer.NA = /NOT_APPLICABLE/;
    export const LexerDefinitionErrorType = {};`,
  'parse/grammar/checks.js': `
    const none = () => [];
    export const validateLookahead = none, validateGrammar = none, validateRuleIsOverridden = none,
      validateNoLeftRecursion = none, validateEmptyOrAlternative = none,
      validateAmbiguousAlternationAlternatives = none, validateSomeNonEmptyLookaheadPath = none;`,
  'parse/errors_public.js': `
    export const defaultParserErrorProvider = {};
    export const defaultGrammarValidatorErrorProvider = {};
    export const defaultGrammarResolverErrorProvider = {
      buildRuleNotFoundError: (rule, wanted) => rule.name + ' wants ' + wanted.nonTerminalName,
    };`,
  'parse/grammar/follow.js': `
    export const computeAllProdsFollows = () => ({});`,
  'parse/parser/traits/recoverable.js': `
    export const IN_RULE_RECOVERY_EXCEPTION = 'InRuleRecoveryException';
    export class Recoverable {
      initRecoverable() { this.recoveryEnabled = false; }
      attemptInRepetitionRecovery() {}
      getHumanReadableRuleStack() { return []; }
    }`,
  'parse/parser/traits/tree_builder.js': `
    export class TreeBuilder {
      initTreeBuilder() { this.CST_STACK = []; this.outputCst = false; }
      cstInvocationStateUpdate() {}
      cstFinallyStateUpdate() {}
      cstPostTerminal() {}
      cstPostNonTerminal() {}
      cstPostRule() {}
      getPreviousExplicitRuleShortName() { return this.RULE_STACK[this.RULE_STACK_IDX - 1]; }
      getLastExplicitRuleOccurrenceIndex() {
        return this.RULE_OCCURRENCE_STACK[this.RULE_OCCURRENCE_STACK_IDX];
      }
    }`,
  'parse/parser/traits/perf_tracer.js': `
    export class PerformanceTracer {
      initPerformanceTracer() {}
      TRACE_INIT(_, phase) { return phase(); }
    }`,
};

const HOME = dirname(createRequire(import.meta.url).resolve('chevrotain'));

/** A plugin of vite that leaves out what the language never runs of its parser. */
export function onlyUsedParser(): Plugin {
  const seen = new Set<string>();
  return {
    name: 'qoida-only-used-parser',
    load(id) {
      const name = relative(HOME, id).split(sep).join('/');
      if (!name.startsWith('..')) seen.add(name);
      const code = IN_PLACE[name];
      return code === undefined ? null : { code, moduleSideEffects: false };
    },
    buildEnd(error) {
      // A bundle without any of it is somebody else's.
      const missed = Object.keys(IN_PLACE).filter((name) => !seen.has(name));
      if (error === undefined && seen.size > 0 && missed.length > 0)
        this.error(`chevrotain has no ${missed.join(', ')} any more: look at parser-parts.ts`);
    },
  };
}
