import type { ControlPlane } from '../control-plane.ts';
import type { ResourceRef } from '../object-client.ts';
import type { ControllerContext } from './controller-context.ts';
import { startDeploymentController } from './deployment-controller.ts';
import { startEndpointSliceController } from './endpoint-slice-controller.ts';
import { startEndpointSliceMirroringController } from './endpoint-slice-mirroring-controller.ts';
import { startEndpointsController } from './endpoints-controller.ts';
import { startEventExpiry } from './event-expiry-controller.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { lister } from './lister.ts';
import type { Lister } from './lister.ts';
import { startNamespaceController } from './namespace-controller.ts';
import { startNodeLifecycleController } from './node-lifecycle-controller.ts';
import { startReplicaSetController } from './replica-set-controller.ts';
import { startScheduler } from './scheduler-controller.ts';
import { startServiceAccountController } from './service-account-controller.ts';
import type { ServiceAccountOptions } from './service-account-controller.ts';

/** What the controllers depend on besides the API. */
export interface ControllerOptions {
  readonly serviceAccounts: ServiceAccountOptions;
  /** Told about failures that went on for so long that something must be wrong. */
  readonly onError?: ControllerContext['onError'];
}

/** Starts everything that kube-controller-manager and kube-scheduler do here. Returns the function that stops it. */
export function startControllers(controlPlane: ControlPlane, options: ControllerOptions): () => void {
  const listers = new Map<string, Lister>();
  const context = controllerContext(controlPlane, listers, options.onError);
  const ends = [
    startServiceAccountController(context, options.serviceAccounts),
    startDeploymentController(context),
    startReplicaSetController(context),
    startScheduler(context),
    startEndpointsController(context),
    startEndpointSliceController(context),
    startEndpointSliceMirroringController(context),
    startNamespaceController(context),
    startGarbageCollector(context),
    startNodeLifecycleController(context),
    startEventExpiry(context),
  ];
  return () => {
    for (const end of ends) end();
    for (const each of listers.values()) each.stop();
  };
}

/** What controllers share: one cache per collection, one name to write under. */
function controllerContext(
  { environment, client }: ControlPlane,
  listers: Map<string, Lister>,
  onError: NonNullable<ControllerOptions['onError']> = () => undefined,
): ControllerContext {
  const writer = client('kube-controller-manager');
  return {
    environment,
    scheduler: environment.scheduler,
    client: writer,
    onError,
    lister: (ref: ResourceRef) => {
      const name = `${ref.plural}.${ref.group}/${ref.version}`;
      const found = listers.get(name) ?? lister(writer, ref);
      listers.set(name, found);
      return found;
    },
  };
}
