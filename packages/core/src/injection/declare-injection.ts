/** Tells inversify what a constructor takes, so that a `ContainerModule` can bind a decorated class with `.to()`. */
import { inject, injectable, type ServiceIdentifier } from 'inversify';

/** Declares a class and its dependencies to inversify, by the explicit list alone: no types are emitted. */
export function declareInjection(
  target: new (...dependencies: never[]) => object,
  dependencies: readonly ServiceIdentifier[],
): void {
  injectable()(target);
  for (const [index, token] of dependencies.entries()) inject(token)(target, undefined, index);
}
