import type { TwinObject } from '@iotedge-networking/contract';

/** A module of the fault run's deployment: with a published port edgeAgent makes a Service for it. */
export interface EdgeModule {
  readonly published?: number;
  /** Changed to make edgeAgent write the module's objects again. */
  readonly revision: number;
}

const settings = (image: string, createOptions: object): TwinObject => ({
  type: 'docker',
  settings: { image, createOptions: JSON.stringify(createOptions) },
});

/** Desired properties of `$edgeAgent` for these modules. */
export function edgeAgentDesired(modules: ReadonlyMap<string, EdgeModule>): TwinObject {
  const always = { status: 'running', restartPolicy: 'always' };
  const entries = [...modules].map(([name, { published, revision }]): [string, TwinObject] => {
    const bindings = published === undefined ? {} : { [`${published}/tcp`]: [{ HostPort: String(published) }] };
    const createOptions = { Env: [`REVISION=${revision}`], HostConfig: { PortBindings: bindings } };
    return [name, { ...settings(`example.org/${name}:1`, createOptions), ...always }];
  });
  return {
    schemaVersion: '1.1',
    runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
    systemModules: {
      edgeAgent: settings('mcr.microsoft.com/azureiotedge-agent:1.1', {}),
      edgeHub: { ...settings('mcr.microsoft.com/azureiotedge-hub:1.1', {}), ...always },
    },
    modules: Object.fromEntries(entries),
  };
}
