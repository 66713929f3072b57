import { change, get } from './http.ts';

/** A day on which the plant does not work, as `YYYY-MM-DD` on its clocks. */
export interface DayOff {
  readonly date: string;
  readonly name: string;
}

/** Days off from a day on. */
export const listDaysOff = (from: string) =>
  get<{ readonly items: readonly DayOff[] }>('/calendar/days-off', { from });
/** Makes days days off, or gives them another name. @throws ApiError day_off_range */
export const setDaysOff = (from: string, to: string, name: string) =>
  change<unknown>('PUT', `/calendar/days-off/${from}`, { to, name });
/** @throws ApiError not_found none of them is a day off any more */
export const clearDaysOff = (from: string, to: string) =>
  change<unknown>('DELETE', `/calendar/days-off/${from}`, { to });
