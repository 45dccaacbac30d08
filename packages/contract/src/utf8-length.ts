/** Bytes that `text` takes in UTF-8, without making the bytes. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    // A character of two code units is beyond U+FFFF; a lone surrogate becomes U+FFFD, three bytes like its neighbours.
    if (character.length === 2) bytes += 4;
    else bytes += character < '\u0080' ? 1 : character < '\u0800' ? 2 : 3;
  }
  return bytes;
}
