import { chunkCreateOptions } from '../../../../packages/edge-agent/src/index.ts';

/** A module of a manifest. */
export function module(createOptions: object, parts: object = {}): object {
  return {
    type: 'docker',
    status: 'running',
    restartPolicy: 'always',
    settings: { image: 'nginx:1.25', ...chunkCreateOptions(JSON.stringify(createOptions)) },
    ...parts,
  };
}

/** The ports of edgeHub as every device's documentation has them. */
export const EDGE_HUB_OPTIONS = {
  HostConfig: {
    PortBindings: Object.fromEntries([443, 5671, 8883].map((port) => [`${port}/tcp`, [{ HostPort: String(port) }]])),
  },
};

/** A standard manifest with these modules, as object. */
export function manifest(modules: Readonly<Record<string, object>>): object {
  const edgeHub = module(EDGE_HUB_OPTIONS, { settings: undefined });
  const hubSettings = {
    image: 'mcr.microsoft.com/azureiotedge-hub:1.5',
    ...chunkCreateOptions(JSON.stringify(EDGE_HUB_OPTIONS)),
  };
  return {
    modulesContent: {
      $edgeAgent: {
        'properties.desired': {
          schemaVersion: '1.1',
          runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
          systemModules: {
            edgeAgent: { type: 'docker', settings: { image: 'mcr.microsoft.com/azureiotedge-agent:1.5' } },
            edgeHub: { ...edgeHub, settings: hubSettings },
          },
          modules,
        },
      },
      $edgeHub: {
        'properties.desired': {
          schemaVersion: '1.1',
          routes: {},
          storeAndForwardConfiguration: { timeToLiveSecs: 7200 },
        },
      },
    },
  };
}
