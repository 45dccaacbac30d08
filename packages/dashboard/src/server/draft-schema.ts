import { z } from 'zod';
import type { ApplyRequest } from '../view/preview-view.ts';
import type { UndoRequest } from '../view/history-view.ts';

const text = z.string().max(256);
const count = z.number().int().min(0).max(4294967295);

const computeNetworkSchema = z.strictObject({
  subnet: text.optional(),
  gateway: text.optional(),
  deviceNodes: z.number().int().min(1).max(2),
  nodeIps: text.optional(),
  externalServiceIps: z.record(z.string().min(1).max(128), z.array(text).max(64)),
  podSubnet: text,
  clusterIpSubnet: text,
  announce: z.enum(['layer2', 'bgp']),
  bgpPeers: z
    .array(
      z.strictObject({
        peerAddress: text,
        peerAsn: count,
        selfAsn: count,
        holdTimeSeconds: count.optional(),
      }),
    )
    .max(16),
  managePools: z.boolean(),
  kubernetes: z.enum(['device', 'aks']).optional(),
  otherAddresses: z.record(z.string().min(1).max(128), text).optional(),
  routes: z.array(text).max(64).optional(),
});

/** Shape of a draft as it may arrive; whether its texts are ranges is for the rules, which answer in words. */
export const draftSchema = z.strictObject({
  computeNetwork: computeNetworkSchema,
  revision: z.string().max(64).optional(),
  acceptLosses: z.boolean().optional(),
}) satisfies z.ZodType<ApplyRequest>;

/** Shape of an undo. */
export const undoSchema = z.strictObject({ entry: z.string().min(1).max(64) }) satisfies z.ZodType<UndoRequest>;
