/** Who adds devices, sets them up and removes them. */
export const REGISTRARS: readonly string[] = ['integrator', 'admin'];
