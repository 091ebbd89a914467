/** Properties by number or by name: what a session, a participant or an operation is about. */
import { HRESULT } from './hresult.js';
import { UccError } from './ucc-error.js';
import { UccProperty } from './ucc-property.js';

/** Properties by number or by name; ask `IsPropertySet` before you get one. */
export class UccContext {
  readonly #properties = new Map<number | string, UccProperty>();

  /** How many properties are set. */
  get Count(): number {
    return this.#properties.size;
  }

  /** Whether the property of that number is there. */
  IsPropertySet(id: number): boolean {
    return this.#properties.has(id);
  }

  /** Whether the property of that name is there. */
  IsNamedPropertySet(name: string): boolean {
    return this.#properties.has(name);
  }

  /** @throws UccError 0x80EE0058 where it is not set. */
  GetProperty(id: number): UccProperty {
    return this.#get(id);
  }

  /** @throws UccError 0x80EE0058 where it is not set. */
  GetNamedProperty(name: string): UccProperty {
    return this.#get(name);
  }

  /** Sets a property; one that was there is replaced. */
  AddProperty(id: number, value: unknown): UccProperty {
    return this.#add(id, value);
  }

  /** Sets a property by name; one that was there is replaced. */
  AddNamedProperty(name: string, value: unknown): UccProperty {
    return this.#add(name, value);
  }

  RemoveProperty(id: number): void {
    this.#properties.delete(id);
  }

  RemoveNamedProperty(name: string): void {
    this.#properties.delete(name);
  }

  #get(key: number | string): UccProperty {
    const property = this.#properties.get(key);
    if (property !== undefined) return property;
    throw new UccError(HRESULT.UCC_E_NOT_EXIST, `the property ${key} is not set`);
  }

  #add(key: number | string, value: unknown): UccProperty {
    const property = new UccProperty(key, value);
    this.#properties.set(key, property);
    return property;
  }
}
