/** What the platform tells a port's own process. */
export type ToPort =
  | { readonly kind: 'write'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'close' };

/** What a port's own process tells the platform. */
export type FromPort =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'written'; readonly id: number; readonly fault?: string };
