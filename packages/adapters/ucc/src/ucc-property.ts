/** One property of a context. */
import { HRESULT } from './hresult.js';
import { UccError } from './ucc-error.js';

/** One property: known by a number, or by a name. */
export class UccProperty {
  readonly #key: number | string;
  /** What it is set to. */
  Value: unknown;

  constructor(key: number | string, value: unknown) {
    this.#key = key;
    this.Value = value;
  }

  /** @throws UccError 0x80EE0058 where it is known by a name. */
  get Id(): number {
    if (typeof this.#key === 'number') return this.#key;
    throw new UccError(HRESULT.UCC_E_NOT_EXIST, `the property "${this.#key}" has no number`);
  }

  /** @throws UccError 0x80EE0058 where it is known by a number. */
  get Name(): string {
    if (typeof this.#key === 'string') return this.#key;
    throw new UccError(HRESULT.UCC_E_NOT_EXIST, `the property ${this.#key} has no name`);
  }

  /** @throws UccError 0x80070057 where it is no text. */
  get StringValue(): string {
    if (typeof this.Value === 'string') return this.Value;
    throw UccError.badArgument(`the property ${this.#key} is no text`);
  }

  /** @throws UccError 0x80070057 where it is no number. */
  get NumericValue(): number {
    if (typeof this.Value === 'number') return this.Value;
    throw UccError.badArgument(`the property ${this.#key} is no number`);
  }

  /** @throws UccError 0x80070057 where it is neither true nor false. */
  get BoolValue(): boolean {
    if (typeof this.Value === 'boolean') return this.Value;
    throw UccError.badArgument(`the property ${this.#key} is neither true nor false`);
  }
}
