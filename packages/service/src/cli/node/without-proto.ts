/** Objects without `__proto__`. */

/**
 * Takes `__proto__` from every object, as `node --disable-proto=delete` does: whatever a peer calls a parameter, and whatever
 * becomes of that in a bot, it reaches no prototype by that name.
 */
export function withoutProto(): void {
  Reflect.deleteProperty(Object.prototype, '__proto__');
}
