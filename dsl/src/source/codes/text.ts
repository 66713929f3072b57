import { type CodeEntry, error, warning } from './entry.ts';

/** Text and syntax. */
export const TEXT_CODES = {
  unexpectedCharacter: error('Q1001', 'unexpected character `{text}`'),
  unclosedText: error('Q1002', 'this text is not closed', 'end it with `"` on the same line'),
  syntax: error('Q1003', 'expected {expected}, found {found}'),
  impossibleDate: error('Q1004', '`{text}` does not exist in the calendar'),
  controlCharacter: error(
    'Q1005',
    'invisible control character {text}',
    'such characters can make a rule read differently from what it does; remove it',
  ),
  tooComplex: error(
    'Q1006',
    'this is nested or chained too deeply',
    'name parts of it with `formula` and use the names',
  ),
  unknownBlock: error('Q1007', 'unknown block `{name}`'),
  mixedChain: error(
    'Q1008',
    'a chain of comparisons runs in one direction',
    'join the comparisons with `and`',
  ),
  notNormalized: error('Q1009', '`{text}` is not in Unicode normal form C', 'type it again'),
  unknownLanguage: error('Q1010', 'unknown language `{name}`, known: {known}'),
  headerPlace: error('Q1011', '`{name}` stands once, before the first block'),
  badTemplate: error(
    'Q1012',
    'a `{` in a message needs an expression and a `}`',
    'write `{{` for a brace that is shown',
  ),
  unknownClause: error('Q1013', '`{block}` has no clause `{name}`'),
  missingClause: error('Q1014', '`{block}` needs a clause `{clause}`'),
  duplicateClause: error('Q1015', 'the clause `{clause}` stands twice'),
  fileTooLarge: error('Q1016', 'the file is larger than {limit} characters'),
  looseText: error(
    'Q1017',
    'a file is made of blocks, and a block begins with its word at column 1',
  ),
  badNumber: error('Q1018', '`{text}` is too large to be counted exactly'),
  tooManyErrors: error(
    'Q1019',
    'more than {limit} blocks have errors; the rest of the file is not read',
  ),
  mixedLanguages: error(
    'Q1020',
    '`{name}` is {theirs}, but this file is in {ours}',
    'the words of a file are of one language, the one it names in its header',
  ),
  tooMany: error('Q1021', 'more than {limit} {things}', '{cure}'),
  mixedLetters: warning(
    'Q1022',
    'character {place} of `{name}` is the {script} `{letter}`, among {among} letters',
    'it looks the same and makes another name: type it again',
  ),
} as const satisfies Record<string, CodeEntry>;
