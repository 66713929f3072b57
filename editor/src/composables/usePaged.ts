import { computed, ref, type WatchSource, watch } from 'vue';
import type { Page, Query } from '../data/http.ts';
import { useQuery } from './useQuery.ts';

/** A list by pages: `load` gets the page to fetch; a changed filter goes back to the first page. */
export function usePaged<T>(
  load: (query: Query) => Promise<Page<T>>,
  options: { pageSize?: number; filters?: WatchSource[] } = {},
) {
  const page = ref(1);
  const pageSize = options.pageSize ?? 20;
  const filters = options.filters ?? [];
  const query = useQuery(() => load({ page: page.value, page_size: pageSize }), [page, ...filters]);
  watch(filters, () => {
    page.value = 1;
  });
  const items = computed(() => query.data.value?.items ?? []);
  const total = computed(() => query.data.value?.total ?? 0);
  const pages = computed(() => Math.max(1, Math.ceil(total.value / pageSize)));
  return { ...query, items, total, pages, page };
}
