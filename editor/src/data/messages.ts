import { get, type Page } from './http.ts';

/** A short message for the people of the plant, from a person, a flow or the platform. */
export interface PlantMessage {
  readonly id: string;
  readonly text: string;
  readonly level: 'info' | 'warning' | 'alarm';
  readonly source: string;
  readonly created_at: string;
}

/** The newest messages, newest first. */
export const listMessages = (page_size: number) =>
  get<Page<PlantMessage>>('/messages', { page_size });
