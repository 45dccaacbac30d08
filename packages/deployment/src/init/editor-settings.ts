import { SAMPLE_MODULE, type SolutionFile } from './sample-module.ts';

/** Where the JSON Schema of network.yaml is kept, so that editors need no network. */
export const SCHEMA_PATH = '.vscode/network.schema.json';

/** What VS Code needs: schemas for YAML and JSON, a remote and a local debug entry for the sample module, tasks, extensions. */
export function editorSettings(): readonly SolutionFile[] {
  const files = { settings: SETTINGS, launch: LAUNCH, tasks: TASKS, extensions: EXTENSIONS };
  return Object.entries(files).map(([name, content]) => ({
    path: `.vscode/${name}.json`,
    text: `${JSON.stringify(content, null, 2)}\n`,
  }));
}

const SETTINGS = {
  'azure-iot-edge.defaultPlatform': { platform: 'amd64', alias: null },
  'yaml.schemas': { [`./${SCHEMA_PATH}`]: ['network.yaml', '*.network.yaml'] },
  'json.schemas': [
    {
      fileMatch: ['deployment.template.json', 'deployment.*.template.json'],
      url: 'https://json.schemastore.org/azure-iot-edge-deployment-template-4.0.json',
    },
    {
      fileMatch: ['config/deployment*.json'],
      url: 'https://json.schemastore.org/azure-iot-edge-deployment-2.0.json',
    },
  ],
};

const LAUNCH = {
  version: '0.2.0',
  configurations: [
    {
      name: `${SAMPLE_MODULE} Remote Debug (Node.js)`,
      type: 'node',
      request: 'attach',
      port: 9229,
      address: 'localhost',
      localRoot: `\${workspaceFolder}/modules/${SAMPLE_MODULE}`,
      remoteRoot: '/app',
      sourceMaps: true,
    },
    {
      name: `${SAMPLE_MODULE} Local Debug (Node.js)`,
      type: 'node',
      request: 'launch',
      program: `\${workspaceFolder}/modules/${SAMPLE_MODULE}/app.js`,
      console: 'integratedTerminal',
      env: {
        EdgeHubConnectionString: '${config:azure-iot-edge.EdgeHubConnectionString}',
        EdgeModuleCACertificateFile: '${config:azure-iot-edge.EdgeModuleCACertificateFile}',
      },
    },
  ],
};

const task = (label: string, command: string): object => ({ label, type: 'shell', command, problemMatcher: [] });

const TASKS = {
  version: '2.0.0',
  tasks: [
    task('validate network.yaml', 'npx iotedge-net validate network.yaml'),
    task('plan', 'npx iotedge-net plan network.yaml'),
    task('write templates', 'npx iotedge-net generate network.yaml --form template -o ./'),
  ],
};

const EXTENSIONS = {
  recommendations: ['redhat.vscode-yaml', 'vsciot-vscode.azure-iot-edge', 'ms-azuretools.vscode-docker'],
};
