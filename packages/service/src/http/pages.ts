/** What is to be seen by HTTP, path by path. */

/** One page as it is at the moment. */
export interface Page {
  readonly status: number;
  /** Its media type. */
  readonly type: string;
  readonly body: string;
}

/** What is to be seen, by path; each page is made when somebody asks for it. */
export type Pages = ReadonlyMap<string, () => Page | Promise<Page>>;

/** A page of data. */
export function json(status: number, data: Readonly<Record<string, unknown>>): Page {
  return { status, type: 'application/json', body: `${JSON.stringify(data)}\n` };
}
