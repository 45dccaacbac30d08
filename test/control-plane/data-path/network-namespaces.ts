import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { startProgram, type BackgroundOptions, type BackgroundProgram } from '../support/background-program.ts';

const run = promisify(execFile);
const PREFIX = 'iotnet';

/** A network namespace of Linux: interfaces, addresses, routes and packet filter of one simulated machine. */
export interface NetworkNamespace {
  /** As `ip netns` lists it. */
  readonly name: string;
  /** `ip` inside the namespace, words separated by blanks: `route add default via 10.0.0.1`. */
  ip(command: string): Promise<void>;
  /** Sets a key of /proc/sys/net: `ipv4/ip_forward`. */
  sysctl(key: string, value: string): Promise<void>;
  /** Runs a program to its end and returns its standard output. */
  exec(file: string, parameters: readonly string[], environment?: NodeJS.ProcessEnv): Promise<string>;
  /** Starts a program that {@link NetworkNamespaces.removeAll} ends. */
  start(file: string, parameters: readonly string[], options: BackgroundOptions): BackgroundProgram;
}

/**
 * Why network namespaces can't be used here, or undefined when they can: tried, not guessed from the user's name. Namespaces that an earlier, killed process
 * left behind are removed first.
 */
export function missingNamespaceRights(): string | undefined {
  const name = `${PREFIX}-${process.pid}-try`;
  const added = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (added.error !== undefined)
    return `no network namespaces: ip (package iproute2) cannot be run: ${added.error.message}`;
  if (added.status !== 0) return `no network namespaces: ip netns add: ${added.stderr.trim()} (root is needed)`;
  const entered = spawnSync('ip', ['netns', 'exec', name, 'true'], { encoding: 'utf8' });
  spawnSync('ip', ['netns', 'delete', name]);
  if (entered.status !== 0) return `no network namespaces: ip netns exec: ${entered.stderr.trim()}`;
  removeAbandoned();
  return undefined;
}

/** The namespaces of one test. They are named after this process, and go with it even when it ends without {@link removeAll}. */
export class NetworkNamespaces {
  readonly #names = new Set<string>();
  readonly #programs: BackgroundProgram[] = [];
  readonly #atExit = () => this.#names.forEach((name) => removeNamespace(name));
  readonly #tag: string;

  /** `tag` tells apart several sets of one process. */
  constructor(tag: string) {
    this.#tag = tag;
    process.once('exit', this.#atExit);
  }

  /** Makes a namespace with its loopback interface up. */
  async add(name: string): Promise<NetworkNamespace> {
    const full = `${PREFIX}-${process.pid}-${this.#tag}-${name}`;
    await run('ip', ['netns', 'add', full]);
    this.#names.add(full);
    const inside = this.#inside(full);
    await inside.ip('link set lo up');
    return inside;
  }

  /** Lays a cable: interface `first` in one namespace, `second` in the other, both up. */
  async connect(
    [one, first]: readonly [NetworkNamespace, string],
    [other, second]: readonly [NetworkNamespace, string],
  ): Promise<void> {
    await one.ip(`link add ${first} type veth peer name ${second} netns ${other.name}`);
    await one.ip(`link set ${first} up`);
    await other.ip(`link set ${second} up`);
  }

  /** Ends every program started inside and removes every namespace. */
  async removeAll(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop('SIGKILL')));
    for (const name of this.#names) removeNamespace(name);
    this.#names.clear();
    process.off('exit', this.#atExit);
  }

  #inside(name: string): NetworkNamespace {
    const exec = async (file: string, parameters: readonly string[], environment?: NodeJS.ProcessEnv) => {
      const { stdout } = await run('ip', ['netns', 'exec', name, file, ...parameters], {
        env: environment ?? process.env,
      });
      return stdout;
    };
    return {
      name,
      ip: async (command) => {
        await run('ip', ['-n', name, ...command.split(' ')]);
      },
      // No sysctl program: it belongs to a package of its own.
      sysctl: async (key, value) => {
        await exec('sh', ['-c', 'echo "$2" > "/proc/sys/net/$1"', 'sh', key, value]);
      },
      exec,
      start: (file, parameters, options) => {
        const program = startProgram('ip', ['netns', 'exec', name, file, ...parameters], options);
        this.#programs.push(program);
        return program;
      },
    };
  }
}

function removeAbandoned(): void {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const line of stdout.split('\n')) {
    const [, name, pid] = new RegExp(`^(${PREFIX}-(\\d+)-\\S+)`).exec(line) ?? [];
    if (name !== undefined && !existsSync(`/proc/${String(pid)}`)) removeNamespace(name);
  }
}

// Whatever still runs inside belongs to us, and would keep the namespace alive without a name.
function removeNamespace(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
  for (const pid of stdout.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
  spawnSync('ip', ['netns', 'delete', name]);
}
