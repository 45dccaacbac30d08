import type { ControlPlaneClient } from '../local-client.ts';
import type { ResourceRef } from '../object-client.ts';
import type { RestEnvironment } from '../rest/rest-environment.ts';
import type { Scheduler } from '../timing/scheduler.ts';
import type { Lister } from './lister.ts';

/** What a controller is given. */
export interface ControllerContext {
  readonly environment: RestEnvironment;
  readonly scheduler: Scheduler;
  /** Writes as `kube-controller-manager`, the way most controllers appear in managedFields. */
  readonly client: ControlPlaneClient;
  /** The shared cache of a collection: every controller that asks gets the same one. */
  readonly lister: (ref: ResourceRef) => Lister;
  /** Told about failures that a controller could not make good by trying again. */
  readonly onError: (controller: string, error: unknown) => void;
}
