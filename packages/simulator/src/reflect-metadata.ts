/**
 * Fills in the three metadata readers that the dependency-injection container inside `@peculiar/x509` insists on at load time. Nothing it
 * registers carries decorator metadata, so answering "none" is complete here. Import it before `@peculiar/x509`; a real polyfill wins.
 */
const readers: Readonly<Record<string, () => undefined>> = {
  getMetadata: () => undefined,
  getOwnMetadata: () => undefined,
  defineMetadata: () => undefined,
};

for (const [name, value] of Object.entries(readers)) {
  if (!(name in Reflect)) Object.defineProperty(Reflect, name, { value, configurable: true, writable: true });
}
