/** Measurements at `/metrics`, in the Prometheus form; one that is there already is used again. */
export interface Meters {
  counter(
    name: string,
    help: string,
    labels?: readonly string[],
  ): { inc(labels: Readonly<Record<string, string>>): void };
  /** Of durations, in seconds. */
  histogram(
    name: string,
    help: string,
    labels?: readonly string[],
  ): { observe(labels: Readonly<Record<string, string>>, seconds: number): void };
}

/** Measures nothing: for what runs without a platform around it. */
export const NO_METERS: Meters = {
  counter: () => ({ inc: () => undefined }),
  histogram: () => ({ observe: () => undefined }),
};
