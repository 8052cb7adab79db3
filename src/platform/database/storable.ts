/**
 * JSON that Postgres takes as jsonb, whatever people and machines outside wrote into it: it holds no NUL and no half of a
 * surrogate pair (https://www.postgresql.org/docs/current/datatype-json.html). Each becomes U+FFFD, as in any damaged text.
 */
export function storable(value: unknown): string {
  const json = JSON.stringify(value)
  // Both are always written as escapes; few texts hold any (ECMA-262, 25.5.2).
  return json.includes('\\u') ? json.replace(refused, '$1\\ufffd') : json
}

/** Behind an even number of backslashes, which are a text's own. */
const refused = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g
