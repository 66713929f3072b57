import { useI18n } from 'vue-i18n';

/** What a role is called in the reader's language; one of a plugin that has no word here as the platform tells it, or by its code. */
export function useRoleName(): (role: string, told?: string) => string {
  const { t, te } = useI18n();
  return (role, told) => (te(`role.${role}`) ? t(`role.${role}`) : (told ?? role));
}
