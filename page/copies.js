// What is shown, as text to take away: JSON, CSV, and the command that asks for it again.

/** The answer's JSON as the service gave it, with the claims that are shown. */
export function asJson(result, claims) {
  const ids = new Set(claims.map((claim) => claim.id));
  const isShown = (claim) => ids.has(claim.claim_id ?? claim.claimId ?? '');
  return `${JSON.stringify({ ...result, claims: (result.claims ?? []).filter(isShown) }, null, 2)}\n`;
}

const COLUMNS = {
  claim: (claim) => claim.id,
  within: (claim) => claim.parent,
  source: (claim) => claim.source?.name,
  source_as_written: (claim) => claim.source?.text,
  title: (claim) => claim.source?.title,
  source_kind: (claim) => claim.source?.kind,
  source_named: (claim) => (claim.source?.isNamed ? 'yes' : 'no'),
  cue: (claim) => claim.cue?.text,
  content: (claim) => claim.text,
  kind: (claim) => claim.kind,
  type: (claim) => claim.type,
  act: (claim) => claim.act,
  stance: (claim) => claim.stance,
  negated: (claim) => (claim.negated ? 'yes' : 'no'),
  hedged: (claim) => (claim.hedged ? 'yes' : 'no'),
  to: (claim) => claim.addressee,
  medium: (claim) => claim.medium,
  when: (claim) => claim.time?.text,
  date: (claim) => claim.time?.resolved,
  confidence: (claim) => claim.confidence.toFixed(3),
  start_utf16: (claim) => claim.spans[0]?.start,
  end_utf16: (claim) => claim.spans.at(-1)?.end,
};

/** A line a claim, after RFC 4180. */
export function asCsv(claims) {
  const lines = [Object.keys(COLUMNS), ...claims.map((claim) => Object.values(COLUMNS).map((cell) => cell(claim)))];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/**
 * A field. An apostrophe goes before one that a spreadsheet would run as a formula, by the rule of the command's
 * `extract --format csv --csv-safe true` (src/cli/formats/table.rs).
 */
function field(value) {
  const text = String(value ?? '');
  const safe = /^[ "']*[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A shell command that sends the request to this server. The key isn't in it: it stays in the shell's environment. */
export function asGrpcurl(request, place, hasKey) {
  const words = ['grpcurl'];
  if (place.protocol !== 'https:') words.push('-plaintext');
  if (hasKey) words.push('-H "x-api-key: $ASCRIBE_API_KEY"');
  const port = place.port || (place.protocol === 'https:' ? '443' : '80');
  words.push('-d @', `${place.hostname}:${port}`, 'ascribe.v1.ClaimService/ExtractClaims', "<<'REQUEST'");
  // JSON escapes line breaks, so the mark that ends the request can't be in it on a line of its own.
  return `${words.join(' ')}\n${JSON.stringify(request)}\nREQUEST\n`;
}

/** Puts text on the clipboard; browsers that keep that from plain HTTP get it by the older way. */
export async function copy(text) {
  if (navigator.clipboard && isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  if (!isDone) throw new Error('the browser keeps its clipboard from this page');
}
