/** A file of the solution: path and text. */
export interface SolutionFile {
  readonly path: string;
  readonly text: string;
}

/** Name of the sample module: letters only, which every tool takes. */
export const SAMPLE_MODULE = 'webserver';

const PLATFORMS = { amd64: 'linux/amd64', arm64v8: 'linux/arm64' } as const;

/** The sample module: a web server without dependencies, for amd64 and arm64v8, each with a debug image. */
export function sampleModule(): readonly SolutionFile[] {
  const folder = `modules/${SAMPLE_MODULE}`;
  const dockerfiles = Object.entries(PLATFORMS).flatMap(([platform, docker]) => [
    { path: `${folder}/Dockerfile.${platform}`, text: dockerfile(docker, '["node", "app.js"]', '8080') },
    {
      path: `${folder}/Dockerfile.${platform}.debug`,
      text: dockerfile(docker, '["node", "--inspect=0.0.0.0:9229", "app.js"]', '8080 9229'),
    },
  ]);
  return [
    { path: `${folder}/module.json`, text: `${JSON.stringify(moduleJson(), null, 2)}\n` },
    { path: `${folder}/package.json`, text: `${JSON.stringify(PACKAGE, null, 2)}\n` },
    { path: `${folder}/app.js`, text: APP },
    ...dockerfiles,
  ];
}

const PACKAGE = { name: SAMPLE_MODULE, version: '0.1.0', private: true, type: 'module', main: 'app.js' };

function moduleJson(): object {
  const names = Object.keys(PLATFORMS).flatMap((platform) => [platform, `${platform}.debug`]);
  return {
    '$schema-version': '0.0.1',
    description: 'A web server that says which replica answered',
    image: {
      repository: '${CONTAINER_REGISTRY_SERVER}/webserver',
      tag: {
        version: '0.1.0',
        platforms: Object.fromEntries(names.map((name) => [name, `./Dockerfile.${name}`])),
      },
      buildOptions: [],
      contextPath: './',
    },
    language: 'javascript',
  };
}

function dockerfile(platform: string, command: string, ports: string): string {
  return `FROM --platform=${platform} node:24-alpine
ENV NODE_ENV=production
WORKDIR /app
COPY package.json app.js ./
USER node
EXPOSE ${ports}
CMD ${command}
`;
}

const APP = `import { createServer } from 'node:http';
import { hostname } from 'node:os';

const port = Number(process.env.PORT ?? 8080);
const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(\`\${request.method} \${request.url}, answered by \${hostname()}\\n\`);
});

server.listen(port);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
}
`;
