export type { DatagramEvents, DatagramPlace, Datagrams } from './datagrams.js';
export { realTimeText, type RealTimeTextAt } from './real-time-text-at.js';
export { RealTimeText, type RealTimeTextOptions } from './real-time-text.js';
