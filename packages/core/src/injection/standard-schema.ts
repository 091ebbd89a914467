/** The part of Standard Schema (standardschema.dev, version 1) that checking a configuration needs: zod, valibot, arktype and others have it. */

/** What a schema found wrong, and where. */
export interface SchemaIssue {
  readonly message: string;
  /** The way to it from the top, as keys or as objects that carry a key. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What checking came to: the value, perhaps with defaults filled in, or what is wrong with it. */
export type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** Anything that can check a value by Standard Schema. */
export interface StandardSchema<Value = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Value> | Promise<SchemaResult<Value>>;
  };
}
