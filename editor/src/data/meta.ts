import { get } from './http.ts';

export interface Meta {
  readonly demo: boolean;
  readonly version: string;
  /** The plant's time zone. */
  readonly zone: string;
  /** What can be asked for, and the roles that may. */
  readonly operations: readonly {
    readonly name: string;
    readonly roles: readonly string[] | '*';
  }[];
}

export const readMeta = () => get<Meta>('/meta');
