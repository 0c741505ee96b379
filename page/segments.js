// Spans that overlap in any way -> stretches of the text that don't, each with everything that covers it. So marks never
// collide: what stands in several contents is one stretch with several marks.

/**
 * Cuts `text` at every edge of `spans` ([{start, end, …}]): [{start, end, covers}] in order, without gaps; `covers` are
 * the spans over the stretch, the longest first. Spans that reach out of the text are cut to it, empty ones left out.
 */
export function segmentsOf(text, spans) {
  const edges = [];
  spans.forEach((span, order) => {
    const start = Math.max(0, span.start);
    const end = Math.min(text.length, span.end);
    if (!(start < end)) return;
    const cover = { span, order, length: end - start };
    edges.push({ at: start, cover, begins: true }, { at: end, cover, begins: false });
  });
  edges.sort((some, other) => some.at - other.at);
  const segments = [];
  const open = new Set();
  let from = 0;
  const cut = (to) => {
    if (to > from) segments.push({ start: from, end: to, covers: ordered(open) });
    from = to;
  };
  for (const { at, cover, begins } of edges) {
    cut(at);
    if (begins) open.add(cover);
    else open.delete(cover);
  }
  cut(text.length);
  return segments;
}

function ordered(open) {
  const covers = [...open].sort((some, other) => other.length - some.length || some.order - other.order);
  return covers.map((cover) => cover.span);
}
