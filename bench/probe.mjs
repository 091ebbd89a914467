/** Loaded into the measured house (`--import`): tells its memory after a full collection, when asked over the IPC channel. */
process.on('message', (question) => {
  if (question !== 'memory') return;
  // Twice: the first collection may only set free what the second one takes.
  globalThis.gc();
  globalThis.gc();
  process.send(process.memoryUsage());
});
// The channel alone must not keep the house from ending.
process.channel.unref();
