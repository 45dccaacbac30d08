/** A failure of the build that its reader can do something about: what is wrong, and what to do. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}
