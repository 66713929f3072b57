/** The platform refuses shorter ones; the form says it earlier. */
export const SHORTEST_PASSWORD = 8;
