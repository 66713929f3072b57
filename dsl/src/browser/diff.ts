/** What one text of a module means otherwise than another. */
export { changeText, diffModules, diffRules, loosenedBy } from '../diff/index.ts';
