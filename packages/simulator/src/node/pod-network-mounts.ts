import { fileURLToPath } from 'node:url';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Functions = Record<string, AnyFunction>;

const onePath = [
  ...[
    'access',
    'accessSync',
    'existsSync',
    'lstat',
    'lstatSync',
    'open',
    'openSync',
    'opendir',
    'readFile',
    'readFileSync',
    'readdir',
  ],
  ...[
    'readdirSync',
    'readlink',
    'realpath',
    'realpathSync',
    'stat',
    'statSync',
    'createReadStream',
    'watch',
    'watchFile',
    'unwatchFile',
  ],
];
const onePathPromises = ['access', 'lstat', 'open', 'opendir', 'readFile', 'readdir', 'readlink', 'realpath', 'stat'];

/**
 * Makes the reading functions of `node:fs` find mounted directories at their mount path (such as the ServiceAccount's token), although
 * they lie elsewhere on this machine. Writing is not redirected: the volumes provided here are read only.
 */
export function installPodMounts(
  fs: { readonly promises: object },
  mounts: readonly (readonly [string, string])[],
): void {
  if (mounts.length === 0) return;
  const longestFirst = [...mounts].sort(([a], [b]) => b.length - a.length);
  redirect(fs as unknown as Functions, onePath, longestFirst);
  redirect(fs.promises as unknown as Functions, onePathPromises, longestFirst);
}

function redirect(
  functions: Functions,
  names: readonly string[],
  mounts: readonly (readonly [string, string])[],
): void {
  for (const name of names) {
    const original = functions[name];
    if (original === undefined) continue;
    const redirected: AnyFunction = function (path, ...rest) {
      return original.call(this, localPath(path, mounts), ...rest);
    };
    // realpath.native and the like hang off the functions.
    functions[name] = Object.assign(redirected, original);
  }
}

/** The place of a mounted path on this machine; anything else comes back unchanged. */
export function localPath(path: unknown, mounts: readonly (readonly [string, string])[]): unknown {
  const text = path instanceof URL && path.protocol === 'file:' ? fileURLToPath(path) : path;
  if (typeof text !== 'string') return path;
  const normal = text.replace(/^\/run\/secrets\//, '/var/run/secrets/');
  for (const [mount, local] of mounts) {
    if (normal === mount) return local;
    if (normal.startsWith(`${mount}/`)) return local + normal.slice(mount.length);
  }
  return path;
}
