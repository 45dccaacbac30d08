import type { PodView } from '@iotedge-networking/dashboard';
import { z } from 'zod';

const podsSchema = z.object({
  pods: z.array(
    z.object({ name: z.string(), ip: z.string().optional(), node: z.string().optional(), ready: z.boolean() }),
  ),
});

/** The pods in an answer of the module's method `explain`; none where it is older and does not tell. */
export function podsOf(payload: unknown): readonly PodView[] {
  const parsed = podsSchema.safeParse(payload);
  return parsed.success ? parsed.data.pods : [];
}
