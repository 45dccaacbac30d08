import type { Problem } from '@iotedge-networking/contract';
import { planApps, type AppPlan } from './app-plan.ts';
import { appPath, type DeviceScope } from './device-scope.ts';

/** Names and Services that would meet: two modules of one name, two claims to one Service, create options that make a Service of their own. */
export function checkModules(scope: DeviceScope): readonly Problem[] {
  const plans = planApps(scope.network, scope.device);
  return [
    ...moduleCollisions(scope, plans),
    ...serviceCollisions(scope),
    ...plans.flatMap((plan) => ownBindings(scope, plan)),
  ];
}

function moduleCollisions(scope: DeviceScope, plans: readonly AppPlan[]): readonly Problem[] {
  const holders = new Map<string, string>([[scope.network.module.name, 'the networking module']]);
  const claims = plans.flatMap(({ app, modules }) =>
    modules.map((name, index) => ({
      name,
      app: app.name,
      replica: index + 1,
      path: pathOfReplica(scope, app.name, index),
    })),
  );
  // First replicas carry the name of their application, so they come first: the replica that runs into one is the one to move.
  const ordered = [...claims].sort((one, other) => Number(one.replica > 1) - Number(other.replica > 1));
  return ordered.flatMap(({ name, app, replica, path }) => {
    const holder = holders.get(name);
    const owner = replica === 1 ? `the application ${app}` : `replica ${replica} of ${app}`;
    holders.set(name, holder ?? owner);
    if (holder === undefined) return [];
    const message = `The module "${name}" (${owner}) has the same name as ${holder}.`;
    return [{ code: 'module-name-taken', path, message, fix: 'Rename one of the applications.' }];
  });
}

function pathOfReplica(scope: DeviceScope, app: string, index: number): string {
  return index === 0 ? `apps.${app}` : appPath(scope, app, 'replicas');
}

function serviceCollisions({ network, device }: DeviceScope): readonly Problem[] {
  const holders = new Map<string, string>();
  for (const app of device.apps)
    if (app.expose !== 'none' && network.profile !== 'vm')
      holders.set(`${network.namespace}/${app.name}`, `apps.${app.name}`);
  return device.services.flatMap((service) => {
    if (service.expose === 'none') return [];
    const key = `${service.namespace}/${service.adopt ?? service.name}`;
    const path = `services.${service.name}`;
    const holder = holders.get(key);
    holders.set(key, holder ?? path);
    if (holder === undefined) return [];
    const message = `The Service ${key} is claimed by ${holder} too.`;
    return [{ code: 'service-claimed-twice', path, message, fix: 'Keep one of the two.' }];
  });
}

/** Where the networking module makes the Service, edgeAgent must not make one of the same name. */
function ownBindings(scope: DeviceScope, { app, serviceMaker }: AppPlan): readonly Problem[] {
  if (serviceMaker !== 'module') return [];
  const host = app.createOptions.HostConfig as Readonly<Record<string, unknown>> | undefined;
  const found = [
    ...(host?.PortBindings === undefined ? [] : ['createOptions.HostConfig.PortBindings']),
    ...(app.createOptions.ExposedPorts === undefined ? [] : ['createOptions.ExposedPorts']),
  ];
  return found.map((field) => ({
    code: 'ports-in-create-options',
    path: appPath(scope, app.name, field),
    message: `would make edgeAgent create a Service ${app.name} of its own, beside the one over all replicas.`,
    fix: `Move the ports to apps.${app.name}.ports.`,
  }));
}
