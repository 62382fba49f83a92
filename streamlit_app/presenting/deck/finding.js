// Search as you type: each word of the query is the beginning of a word, or nearly so.
export const wordsOf = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

// Wrong, missing, extra or swapped letters between two words, counted up to a limit.
export function distance(one, other, limit) {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const same = one[row - 1] === other[at - 1];
      line[at] = Math.min(last[at] + 1, line[at - 1] + 1, last[at - 1] + (same ? 0 : 1));
      const swapped = one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      if (swapped) line[at] = Math.min(line[at], before[at - 2] + 1);
    }
    if (Math.min(...line) > limit) return limit + 1;
    [before, last] = [last, line];
  }
  return last[other.length];
}

const allowed = (word) => (word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0);

// 3 for the word, 2 for its beginning, 1 with typing errors, 0 if it is another one.
export function likeness(wanted, word) {
  if (word === wanted) return 3;
  if (word.startsWith(wanted)) return 2;
  const limit = allowed(wanted);
  if (!limit) return 0;
  // The word may be unfinished: compare with its beginnings of about the same length.
  for (let length = wanted.length - limit; length <= wanted.length + limit; length += 1) {
    if (length <= word.length && distance(wanted, word.slice(0, length), limit) <= limit) return 1;
  }
  return 0;
}

// The entries that contain every word of the query, in their order. An entry is { words, ... }.
export function find(query, entries) {
  const wanted = wordsOf(query);
  return entries.filter(({ words }) =>
    wanted.every((one) => words.some((word) => likeness(one, word) > 0)));
}
