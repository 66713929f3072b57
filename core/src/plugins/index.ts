export { checkPlugins } from './check.ts';
export { loadPlugins, PluginError } from './load.ts';
