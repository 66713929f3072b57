/** Kinds of devices that the platform knows. */
export const DEVICE_TYPES = ['scale', 'length_counter', 'relay_switch'] as const;
