export { readSources } from './config/node/read-sources.js';
export { ConfigurationError, type Place, type Problem } from './config/problem.js';
export type { HouseSetting } from './config/configuration.js';
export type { Source, Sources } from './config/source.js';
export type { Modules } from './plugins/modules.js';
export { nodeModules } from './plugins/node/node-modules.js';
export { prepare, type Prepared, type Surroundings } from './run/prepare.js';
