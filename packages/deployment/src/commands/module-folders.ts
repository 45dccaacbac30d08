import { posix } from 'node:path';
import type { Network } from '@iotedge-networking/contract';
import type { ModuleFolder } from '../generate/deployment-template.ts';
import type { FileAccess } from './command-io.ts';

/** Where the tools look for the source of modules by themselves. */
const DEFAULT_PARENT = 'modules';

/** The folders beside a network file that hold the source of its applications and of the networking module, found by their `module.json`. */
export async function moduleFolders(
  files: FileAccess,
  network: Network,
  { file, modules = DEFAULT_PARENT }: { readonly file: string; readonly modules?: string },
): Promise<readonly ModuleFolder[]> {
  const apps = network.devices.flatMap((device) => device.apps.map(({ name }) => name));
  const names = [...new Set([...apps, network.module.name])];
  const parent = modules.replace(/\/+$/, '');
  const found = await Promise.all(
    names.map(async (name): Promise<readonly ModuleFolder[]> => {
      const path = posix.join(posix.dirname(file), parent, name, 'module.json');
      const text = await files.read(path).catch(() => undefined);
      return text === undefined ? [] : [{ name, parent, platforms: platformsOf(text) }];
    }),
  );
  return found.flat();
}

function platformsOf(text: string): readonly string[] {
  try {
    const module = JSON.parse(text) as { image?: { tag?: { platforms?: object } } };
    return Object.keys(module.image?.tag?.platforms ?? {});
  } catch {
    // The tools say what is wrong with it; here it only means that there is no debug image.
    return [];
  }
}
