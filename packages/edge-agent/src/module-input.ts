/** One module as a deployment asks for it. */
export interface ModuleInput {
  /** The key under `modules` or `systemModules`. */
  readonly name: string;
  /** Listed under `systemModules`. */
  readonly system?: boolean;
  readonly image?: string;
  readonly status?: string;
  readonly restartPolicy?: string;
  readonly imagePullPolicy?: string;
  readonly startupOrder?: number;
  readonly env?: Readonly<Record<string, unknown>>;
  /**
   * The create options in any of their forms: a text; a raw JSON object or null put in the place of the text; absent.
   * A text that was cut into pieces goes into {@link createOptionsPieces} instead.
   */
  readonly createOptions?: unknown;
  /** All properties of `settings` whose names begin with `createOptions`, as they stand. Wins over {@link createOptions}. */
  readonly createOptionsPieces?: Readonly<Record<string, unknown>>;
}

/** The module's identity in the hub: the system modules carry a dollar sign there. */
export function moduleIdOf(name: string): string {
  return name === 'edgeAgent' || name === 'edgeHub' ? `$${name}` : name;
}

/** Whether the module is the agent itself, which always runs and keeps its image (rule 23). */
export function isSystemAgent(module: ModuleInput): boolean {
  return module.system === true && module.name === 'edgeAgent';
}

/** Whether the module gets no pod. */
export function isStopped(module: ModuleInput): boolean {
  return module.status?.toLowerCase() === 'stopped' && !isSystemAgent(module);
}

/** Reads a module entry of a manifest (`modules.<name>` or `systemModules.<name>`). Fields of a wrong type are left out. */
export function moduleFromManifest(name: string, entry: unknown, system = false): ModuleInput {
  const fields = recordOf(entry);
  const settings = recordOf(fields['settings']);
  const pieces = Object.entries(settings).filter(([key]) => /createoptions/i.test(key));
  return {
    name,
    system,
    ...texts(fields, ['status', 'restartPolicy', 'imagePullPolicy']),
    ...texts(settings, ['image']),
    ...(typeof fields['startupOrder'] === 'number' ? { startupOrder: fields['startupOrder'] } : {}),
    env: recordOf(fields['env']),
    ...(pieces.length === 0 ? {} : { createOptionsPieces: Object.fromEntries(pieces) }),
  };
}

function texts(fields: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

/** The value if it is a JSON object, else an empty one. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
