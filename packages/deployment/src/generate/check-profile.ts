import type { DeviceApp, Problem } from '@iotedge-networking/contract';
import { appPath, type DeviceScope } from './device-scope.ts';

/** What network.yaml asks for and the profile cannot give. */
export function checkProfile(scope: DeviceScope): readonly Problem[] {
  const { network, device } = scope;
  if (network.profile === 'vm')
    return [
      ...device.apps.flatMap((app) => [
        ...checkReplicas(scope, app),
        ...addressFields(scope, app),
        ...hiddenPorts(scope, app),
      ]),
      ...missingKubeconfig(scope),
    ];
  if (network.profile === 'kubernetes') return device.apps.flatMap((app) => unusedCreateOptions(scope, app));
  return [];
}

/** A container host has one address and no Service over several containers, so replicas would only fight for the ports. */
function checkReplicas(scope: DeviceScope, app: DeviceApp): readonly Problem[] {
  if (app.replicas === 1) return [];
  const message = `Profile vm runs each application once; ${app.replicas} replicas need a Service over all of them.`;
  const fix = 'Set replicas: 1, or run the workload on Kubernetes and list it under services.';
  return [{ code: 'not-in-profile', path: appPath(scope, app.name, 'replicas'), message, fix }];
}

function addressFields(scope: DeviceScope, app: DeviceApp): readonly Problem[] {
  const fields = (['address', 'pool', 'shareAddress', 'externalTrafficPolicy'] as const).filter(
    (field) => app[field] !== undefined,
  );
  return fields.map((field) => ({
    code: 'not-in-profile',
    path: appPath(scope, app.name, field),
    message: 'has no effect in profile vm: the application is reached at the address of the virtual machine.',
    fix: 'Leave it out, or run the workload on Kubernetes and list it under services.',
  }));
}

function hiddenPorts(scope: DeviceScope, app: DeviceApp): readonly Problem[] {
  if (app.expose !== 'internal') return [];
  return Object.entries(app.ports).flatMap(([name, { port, targetPort }]) => {
    if (port === targetPort) return [];
    const message = `In profile vm the other modules reach ${app.name} at its target port ${targetPort}, not at ${port}.`;
    const path = appPath(scope, app.name, `ports.${name}`);
    return [{ code: 'not-in-profile', path, message, level: 'warning' as const }];
  });
}

function missingKubeconfig({ network }: DeviceScope): readonly Problem[] {
  if (network.module.env.KUBECONFIG !== undefined) return [];
  return [
    {
      code: 'missing',
      path: 'networkingModule.env',
      message: 'In profile vm the networking module reaches Kubernetes by a kubeconfig, and KUBECONFIG is not set.',
      fix: 'Add for example networkingModule: { env: { KUBECONFIG: /etc/iotedge-networking/kubeconfig } }.',
      level: 'warning',
    },
  ];
}

function unusedCreateOptions(scope: DeviceScope, app: DeviceApp): readonly Problem[] {
  if (Object.keys(app.createOptions).length === 0) return [];
  return [
    {
      code: 'not-in-profile',
      path: appPath(scope, app.name, 'createOptions'),
      message: 'is for IoT Edge modules; Kubernetes YAML does not carry it.',
      level: 'warning',
    },
  ];
}
