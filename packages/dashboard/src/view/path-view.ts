import type { Reason } from '@iotedge-networking/contract';

/** A station on the way to an application. The last two are the other way in: from pods of the cluster, by name. */
export type HopName = 'client' | 'address' | 'announcer' | 'service' | 'endpoints' | 'pods' | 'dns' | 'clusterIp';

/** One station. */
export interface HopView {
  readonly hop: HopName;
  /** `unknown`: it cannot be seen from where the data come from. */
  readonly state: 'ok' | 'broken' | 'unknown';
  /** What stands there: address, node, cluster IP, `2/2`, DNS name. */
  readonly value: string;
  /** One sentence. */
  readonly message: string;
}

/** A pod behind the Service. */
export interface PodView {
  readonly name: string;
  readonly ip?: string;
  readonly node?: string;
  readonly ready: boolean;
}

/** A way through the stations: from outside (client → address → announcer → service → endpoints → pods), or from a pod by name. */
export interface PathLeg {
  readonly from: 'outside' | 'cluster';
  readonly hops: readonly HopView[];
  /** The first broken station. */
  readonly broken?: HopName;
}

/** Answer of `GET /api/devices/:id/services/:namespace/:name/path`. */
export interface PathView {
  readonly service: string;
  readonly ok: boolean;
  readonly reason: Reason;
  /** What is wrong and what mends it; absent when all is well. */
  readonly message?: string;
  readonly mend?: string;
  readonly legs: readonly PathLeg[];
  readonly pods: readonly PodView[];
  /** `module`: asked just now. `reported`: what was reported before; `note` says why the module was not asked. */
  readonly source: 'module' | 'reported';
  readonly note?: string;
}
