/**
 * Resolves deployment templates by the rules of the tools that people use, written down here and not shared with the generator:
 * VS Code (vscode-azure-iot-edge 1.25) and iotedgedev 3.3. Source: their sources, as collected in the notes on IoT Edge tooling.
 */

/** The tool whose rules are followed. */
export type Tool = 'vscode' | 'iotedgedev';

/** What a tool finds around a template. */
export interface Surroundings {
  readonly tool: Tool;
  readonly platform: string;
  /** Reads a file of the solution, relative to the folder of the template; undefined when there is none. */
  readonly read: (path: string) => string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** The resolved manifest and everything that the acceptance list would complain of. */
export interface Resolved {
  readonly manifest: { readonly modulesContent: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly complaints: readonly string[];
}

const EXCLUDED = ['$edgeHub', '$edgeAgent', '$upstream', '$schema-template'];
const PIECE = 512;
const MOST_PIECES = 8;

/** Resolves the text of a template. */
export function resolveTemplate(text: string, around: Surroundings): Resolved {
  const complaints: string[] = [];
  const lines = text.split('\n').map((line) => {
    const placeholders = line.match(/\$\{|\$[A-Za-z_]/g)?.length ?? 0;
    const own = EXCLUDED.filter((name) => line.includes(name)).length;
    if (placeholders - own > 1) complaints.push(`more than one placeholder in: ${line.trim()}`);
    return resolveImages(line, around, complaints);
  });
  const expanded = expand(lines.join('\n'), around);
  const template = JSON.parse(expanded) as Record<string, unknown>;
  if (!Object.hasOwn(template, '$schema-template')) complaints.push('no $schema-template');
  delete template['$schema-template'];
  const manifest = template as unknown as Resolved['manifest'];
  const agent = manifest.modulesContent['$edgeAgent']?.['properties.desired'];
  if (agent === undefined) throw new Error('VS Code throws: $edgeAgent has no properties.desired');
  const { systemModules, modules } = agent as Record<string, Record<string, { settings: Record<string, unknown> }>>;
  for (const [name, { settings }] of Object.entries({ ...systemModules, ...modules }))
    complaints.push(...chunk(settings).map((complaint) => `${name}: ${complaint}`));
  return { manifest, complaints };
}

/** The matcher is greedy: everything from the first `${MODULES.` to the last `}` of a line is taken for one name. */
function resolveImages(line: string, around: Surroundings, complaints: string[]): string {
  return line.replace(/\$\{(MODULES\.|MODULEDIR<)(.*)\}/, (whole, kind: string, rest: string) => {
    const [, path = '', suffix = ''] =
      (kind === 'MODULES.' ? /^([^.]+)(?:\.(.+))?$/ : /^([^>]+)>(?:\.(.+))?$/).exec(rest) ?? [];
    const folder = kind === 'MODULES.' ? `modules/${path}` : path;
    const text = around.read(`${folder}/module.json`);
    if (text === undefined) {
      complaints.push(`${whole}: there is no ${folder}/module.json`);
      return whole;
    }
    const { repository, tag } = (
      JSON.parse(text) as { image: { repository: string; tag: { version: string; platforms: Record<string, string> } } }
    ).image;
    const platform = suffix === 'debug' ? `${around.platform}.debug` : suffix || around.platform;
    const dockerfile = tag.platforms[platform];
    if (dockerfile === undefined) complaints.push(`${whole}: ${folder}/module.json knows no platform ${platform}`);
    else if (around.read(`${folder}/${dockerfile.replace('./', '')}`) === undefined)
      complaints.push(`${whole}: there is no ${dockerfile} in ${folder}`);
    return `${around.tool === 'iotedgedev' ? repository.replace(/[^${}]+(?![^{]*\})/g, (part) => part.toLowerCase()) : repository}:${tag.version}-${platform}`;
  });
}

/** VS Code leaves its own names alone; iotedgedev expands as the operating system does, whatever has a value. Neither touches what has none. */
function expand(text: string, { tool, environment }: Surroundings): string {
  return text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    if (tool === 'vscode' && EXCLUDED.includes(whole)) return whole;
    return environment[plain ?? braced ?? ''] ?? whole;
  });
}

/** Create options become text in pieces of 512 characters; with more than 8 the tools give up. */
function chunk(settings: Record<string, unknown>): readonly string[] {
  const { createOptions } = settings;
  const text = typeof createOptions === 'string' ? createOptions : JSON.stringify(createOptions ?? {});
  const pieces = text.match(new RegExp(`.{1,${PIECE}}`, 'gs')) ?? [''];
  for (const [index, piece] of pieces.entries())
    settings[index === 0 ? 'createOptions' : `createOptions${String(index).padStart(2, '0')}`] = piece;
  return pieces.length > MOST_PIECES ? [`create options of ${text.length} characters do not fit`] : [];
}

/** Reads `.env` as the tools do. */
export function readEnvironment(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
