import { jsonSchemas, type Profile } from '@iotedge-networking/contract';
import { generateForm } from '../generate/generate-form.ts';
import { readNetworkFile } from '../network-file/network-file.ts';
import { editorSettings, SCHEMA_PATH } from './editor-settings.ts';
import { SAMPLE_MODULE, sampleModule, type SolutionFile } from './sample-module.ts';

/** What a new solution depends on. */
export interface SolutionOptions {
  /** Name of the network: lower-case letters, digits and "-". */
  readonly name: string;
  readonly profile: Profile;
}

/**
 * The files of a new VS Code / iotedgedev solution. The templates are made from its network.yaml by the generator, so that what is written first is what `generate`
 * writes later. `.env` is there from the beginning, because the tools resolve placeholders from it; it holds no secret, and Git leaves it out.
 */
export function solutionFiles(options: SolutionOptions): readonly SolutionFile[] {
  const text = networkYaml(options);
  const outcome = readNetworkFile(text, { file: 'network.yaml', environment: {} });
  if (!outcome.ok) throw new Error(`The sample is out of order: ${JSON.stringify(outcome.problems)}`);
  const { network, file } = outcome.value;
  const module = sampleModule();
  const platforms = ['amd64', 'amd64.debug', 'arm64v8', 'arm64v8.debug'];
  const folders = [{ name: SAMPLE_MODULE, parent: 'modules', platforms }];
  const templates = [...generateForm('template', { network, file, devices: network.devices, folders }).files];
  const registry = 'CONTAINER_REGISTRY_SERVER=localhost:5000\n';
  const environment = registry + (templates.find(({ path }) => path === '.env.example')?.text ?? '');
  return [
    { path: 'network.yaml', text },
    ...templates.filter(({ path }) => path !== '.env.example'),
    { path: '.env.example', text: environment },
    { path: '.env', text: environment },
    { path: '.gitignore', text: '.env\nconfig/\nnode_modules/\n' },
    ...module,
    ...editorSettings(),
    { path: SCHEMA_PATH, text: `${JSON.stringify(jsonSchemas().network, null, 2)}\n` },
    { path: 'README.md', text: readme(options) },
  ];
}

/** A virtual machine reaches the cluster by a kubeconfig that is put beside it. */
const MODULE_BY_PROFILE: Readonly<Record<Profile, string>> = {
  'ase-k8s': '',
  kubernetes: '',
  vm: `
networkingModule:
  env: { KUBECONFIG: /etc/iotedge-networking/kubeconfig }
`,
};

function networkYaml({ name, profile }: SolutionOptions): string {
  const replicas = profile === 'vm' ? '' : '    replicas: 2\n';
  return `# yaml-language-server: $schema=./${SCHEMA_PATH}
# The network of your devices. Check it: npx iotedge-net validate   See what it leads to: npx iotedge-net plan
apiVersion: iotedge-networking/v1
name: ${name}
profile: ${profile}

# The addresses of the device's page "Compute network". Replace them by yours.
computeNetwork:
  subnet: 10.126.72.0/22
  gateway: 10.126.72.1
  nodeIps: 10.126.75.200-10.126.75.201 # Kubernetes node IPs
  externalServiceIps: 10.126.75.206-10.126.75.215 # Kubernetes external service IPs
${MODULE_BY_PROFILE[profile]}
apps:
  ${SAMPLE_MODULE}:
    image: \${CONTAINER_REGISTRY_SERVER:-localhost:5000}/${SAMPLE_MODULE}:0.1.0-amd64
${replicas}    expose: external
    ports:
      http: { port: 8080 }

devices:
  - id: edge-001
    tags: { role: edge }

deployments:
  - { id: ${name}, targetCondition: "tags.role='edge'", priority: 10 }
`;
}

function readme({ name }: SolutionOptions): string {
  return `# ${name}

An IoT Edge solution whose network stands in \`network.yaml\`.

- \`network.yaml\`: devices, applications, addresses. Editors know its schema (\`${SCHEMA_PATH}\`).
- \`deployment.template.json\`, \`deployment.debug.template.json\`: for VS Code and iotedgedev. Written anew from \`network.yaml\`:
  \`npx iotedge-net generate --form template -o ./\`
- \`modules/${SAMPLE_MODULE}\`: a sample web server. A folder here that is named like an application is what the application is built from.
- \`.env\`: what is one device's own, and your secrets. Git leaves it out; \`.env.example\` says what belongs there.

\`\`\`
npx iotedge-net validate
npx iotedge-net plan
iotedgedev solution build           # or "Build IoT Edge Solution" in VS Code; writes config/deployment.amd64.json
az iot edge set-modules --hub-name HUB --device-id edge-001 --content config/deployment.amd64.json

# or without the tools, with IOTHUB_CONNECTION_STRING set:
npx iotedge-net apply --wait
\`\`\`
`;
}
