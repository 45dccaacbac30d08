import { TWIN_LIMITS_OLD_RUNTIME, utf8Length } from '@iotedge-networking/contract';

const ELLIPSIS = '…';

/** The text, or as much of its beginning as a twin value of an old runtime holds, with an ellipsis. Never cuts inside a character. */
export function cutText(text: string, limit: number = TWIN_LIMITS_OLD_RUNTIME.stringBytes): string {
  if (utf8Length(text) <= limit) return text;
  let bytes = utf8Length(ELLIPSIS);
  let kept = '';
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > limit) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}
