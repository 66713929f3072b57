/** What an editor needs, and what rules mean together. */
export { format } from '../format/index.ts';
export * from '../program/deep-check.ts';
export { createLanguageService } from '../service/index.ts';
