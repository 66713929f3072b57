import { computed, type Ref } from 'vue';
import { ApiError } from '../data/errors.ts';

/**
 * What the platform says about the fields of a form: faults of their form (`invalid_input` names each),
 * and refusals that are about one of them.
 * @param fieldOf which field a reason is about
 * @returns the sentences by field, and a fault that is about none, to be told above the form
 */
export function useFieldFaults(
  fault: Readonly<Ref<unknown>>,
  fieldOf: Readonly<Record<string, string>>,
) {
  const byField = computed<Readonly<Record<string, string>>>(() => {
    if (!(fault.value instanceof ApiError)) return {};
    const { reason, message, details } = fault.value;
    const field = fieldOf[reason];
    if (field !== undefined) return { [field]: message };
    if (reason !== 'invalid_input') return {};
    return Object.fromEntries(
      Object.entries(details.fields ?? {}).map(([name, why]) => [name, String(why)]),
    );
  });
  const general = computed(() => (Object.keys(byField.value).length > 0 ? undefined : fault.value));
  return { byField, general };
}
