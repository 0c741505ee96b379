// An answer of the service -> claims as the views read them. Spans stay units of UTF-16, as JavaScript counts.

/**
 * The claims of a DocumentClaims in proto3 JSON (names in snake_case or lowerCamelCase, zeros left out), in the order
 * of their contents. A claim: {id, parent, kind, type, act, stance, negated, hedged, confidence, source, cue, spans,
 * text, addressee, medium, time, why, depth, teller}; enums are their last words in lower case ("no comment"); what is absent
 * is null. `teller` is the source of the claim that it stands in.
 */
export function claimsOf(result) {
  const claims = (camelized(result ?? {}).claims ?? []).map(claimOf);
  const byName = new Map(claims.map((claim) => [claim.id, claim]));
  for (const claim of claims) {
    claim.depth = depthOf(claim, byName);
    claim.teller = byName.get(claim.parent)?.source ?? null;
  }
  return claims.sort((some, other) => startOf(some) - startOf(other) || some.depth - other.depth);
}

function claimOf(claim) {
  return {
    id: claim.claimId ?? '',
    parent: claim.parentClaimId ?? '',
    kind: named(claim.kind, 'QUOTATION_KIND_'),
    type: named(claim.type, 'ATTRIBUTION_TYPE_'),
    act: named(claim.act, 'SPEECH_ACT_'),
    stance: named(claim.cue?.stance, 'STANCE_'),
    negated: claim.negated === true,
    hedged: claim.hedged === true,
    confidence: claim.confidence ?? 0,
    source: claim.source ? sourceOf(claim.source) : null,
    cue: claim.cue ? { spans: spansOf(claim.cue.spans), text: claim.cue.text ?? '' } : null,
    spans: spansOf(claim.content?.spans),
    text: claim.content?.text ?? '',
    addressee: claim.addressee?.text ?? null,
    medium: claim.medium?.text ?? null,
    time: claim.time ? { text: claim.time.text ?? '', resolved: claim.time.resolved ?? '' } : null,
    why: claim.explanation ? whyOf(claim.explanation) : null,
    depth: 0,
    teller: null,
  };
}

function sourceOf(source) {
  return {
    spans: spansOf(source.spans),
    text: source.text ?? '',
    name: source.resolvedName || source.text || '',
    title: source.title ?? '',
    kind: named(source.entityKind, 'ENTITY_KIND_'),
    isNamed: source.named === true,
    entity: source.entityId ?? source.resolvedName ?? source.text ?? '',
  };
}

function whyOf(explanation) {
  return {
    pattern: explanation.pattern ?? '',
    entry: explanation.cueEntry ?? '',
    source: explanation.sourceConfidence ?? 0,
    cue: explanation.cueConfidence ?? 0,
    content: explanation.contentConfidence ?? 0,
  };
}

/** Spans with both ends: a zero is left out of proto3 JSON. */
export function spansOf(spans) {
  return (spans ?? []).map((span) => ({ start: span.start ?? 0, end: span.end ?? 0 }));
}

/** "SPEECH_ACT_NO_COMMENT" -> "no comment". */
function named(value, prefix) {
  const name = typeof value === 'string' && value.startsWith(prefix) ? value.slice(prefix.length) : '';
  return name === 'UNSPECIFIED' ? '' : name.toLowerCase().replaceAll('_', ' ');
}

/** How many claims a claim stands in. */
function depthOf(claim, byName) {
  let depth = 0;
  for (let at = byName.get(claim.parent); at && depth < byName.size; at = byName.get(at.parent)) depth += 1;
  return depth;
}

function startOf(claim) {
  return claim.spans[0]?.start ?? 0;
}

/** The same JSON with lowerCamelCase names. */
export function camelized(json) {
  if (Array.isArray(json)) return json.map(camelized);
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [camel(name), camelized(value)]));
}

function camel(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}
