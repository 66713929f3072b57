/** Hits of gates, for an operation that takes away what they were about. */
export interface Gates {
  /**
   * Closes the open hits of a gate on objects. They stay in the log, closed by whoever acts; it is no
   * release: should the cause come back, the gate is hit anew, whatever its `until` says.
   * @param gate one that the operation declares in `closes`
   * @param objects ids by the fact's name at the point of the gate, as `[{ package: row.id }]`
   * @param note what took the cause away, told with the hit; 1000 characters
   * @returns how many were open
   */
  close(
    gate: string,
    objects: readonly Readonly<Record<string, string>>[],
    note: string,
  ): Promise<number>;
}
