import { ipText } from './ip-number.ts';
import type { LoadBalancerModel } from './load-balancer-model.ts';
import type { ExplainReason } from './refusal.ts';
import { serviceKey } from './service.ts';
import type { LoadBalancerService } from './service.ts';

/** What MetalLB would do with a Service as it would be. */
export type Verdict =
  | {
      readonly accepted: true;
      /** What the Service would have; none when it asks for none. */
      readonly addresses: readonly string[];
      readonly pool?: string;
      /** Everything it might get when MetalLB chooses at random; the first is `addresses`. */
      readonly alternatives: readonly (readonly string[])[];
      /** Addresses it has now and would not have any more. */
      readonly loses: readonly string[];
    }
  | {
      readonly accepted: false;
      readonly reason: ExplainReason;
      /** The cause in MetalLB's words. */
      readonly message: string;
      /** Addresses it has now and would lose for nothing: the danger of A101. */
      readonly loses: readonly string[];
      /** Addresses it would have all the same. */
      readonly keeps: readonly string[];
    };

/**
 * Asks whether MetalLB would grant what this Service asks for, without telling MetalLB: a served Service that asks for the
 * impossible loses the address it has (A101), so ask before every write. Costs no more than applying the Service.
 * Costs one look. Since 0.15 a Service with PreferDualStack and one cluster IP gains its second family at one look and
 * loses it at the next, for ever; the verdict is about the next look.
 */
export function wouldAccept(model: LoadBalancerModel, service: LoadBalancerService): Verdict {
  const { assignment, refusal, choices } = model.probe(service);
  const held = model.service(serviceKey(service))?.addresses ?? service.status ?? [];
  const loses = held.filter((address) => !assignment.ips.includes(address));
  if (refusal !== undefined) return { accepted: false, ...refusal, loses, keeps: assignment.ips };
  const { ips, pool } = assignment;
  const alternatives = choices.length > 0 ? choices.map((choice) => choice.ips.map(ipText)) : [ips];
  return { accepted: true, addresses: ips, pool, alternatives, loses };
}
