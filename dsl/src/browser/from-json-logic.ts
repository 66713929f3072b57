/** Reading rules of JSON Logic. */
export { fromJsonLogic, JsonLogicError } from '../from-json-logic/index.ts';
