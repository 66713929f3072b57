export { checkPlugins, DeclarationError } from './check.ts';
export { loadPlugins, PluginError } from './load.ts';
