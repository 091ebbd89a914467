export { Operator } from './operator.js';
export { OperatorConfig } from './operator-config.js';
