import { get } from './http.ts';

export interface Meta {
  readonly demo: boolean;
  readonly version: string;
  /** The plant's time zone. */
  readonly zone: string;
  readonly operations: readonly { name: string; roles: readonly string[] | '*' }[];
}

export const readMeta = () => get<Meta>('/meta');
