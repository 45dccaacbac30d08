import { objectKey, type ClusterService } from '../gather/snapshot.ts';

/** One Service that stands for all that are like it. */
export interface FirstService {
  readonly service: ClusterService;
  /** How many more there are, in words to be put behind a sentence; empty when there are none. */
  readonly more: string;
}

/** Of the Services that meet a condition the first by namespace and name, for the order in which a watch brings them must not show in a report; undefined when none does. */
export function firstService(
  services: Iterable<ClusterService>,
  meets: (service: ClusterService) => boolean,
): FirstService | undefined {
  let first: ClusterService | undefined;
  let count = 0;
  for (const service of services) {
    if (!meets(service)) continue;
    count += 1;
    if (first === undefined || objectKey(service) < objectKey(first)) first = service;
  }
  return first === undefined ? undefined : { service: first, more: count === 1 ? '' : ` (${count - 1} more like it)` };
}
