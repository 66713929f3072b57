import { get } from './http.ts';

export interface Meta {
  readonly demo: boolean;
  readonly version: string;
  /** The plant's time zone. */
  readonly zone: string;
}

export const readMeta = () => get<Meta>('/meta');
