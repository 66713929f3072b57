/** What the language takes of its parser. */
export { createToken, EmbeddedActionsParser, Lexer } from 'chevrotain';
