/** How much longer than on a quiet machine things may take: 1 to 5, by how many programs wait for each processor. */
import { availableParallelism, loadavg } from 'node:os';

export function slack(): number {
  return Math.min(5, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()));
}
