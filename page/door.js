// The service's JSON door, from the browser: proto3 JSON over POST, errors as google.rpc.Status.

/** Claims below this are never shown, so the slider can't go lower; between 0 and 1. */
const LEAST_CONFIDENCE = 0.1;

/** What the service said instead of an answer. */
export class Refusal extends Error {}

/** The ExtractClaimsRequest for a text; `date` is "2022-05-14" or empty. */
export function extractRequest(text, date) {
  const document = { text, ...(date === '' ? {} : { publish_time: `${date}T00:00:00Z` }) };
  const options = { offset_encoding: 'OFFSET_ENCODING_UTF16_UNITS', view: 'CLAIM_VIEW_FULL', min_confidence: LEAST_CONFIDENCE };
  return { document, options };
}

/** The DocumentClaims for such a request. */
export async function extract(request, key) {
  return (await call('/v1/claims:extract', request, key)).result ?? {};
}

/** The items of a VerifyQuotationsResponse: one for each of `quotations` ([{text, speaker}]), in their order. */
export async function verify(text, quotations, key) {
  const request = { document: { text }, quotations, offset_encoding: 'OFFSET_ENCODING_UTF16_UNITS' };
  return (await call('/v1/claims:verifyQuotations', request, key)).items ?? [];
}

async function call(path, request, key) {
  const headers = { 'content-type': 'application/json', ...(key === '' ? {} : { 'x-api-key': key }) };
  let response;
  try {
    response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(request) });
  } catch {
    throw new Refusal('the server can’t be reached');
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new Refusal(reason(response, body));
}

function reason(response, status) {
  if (response.status === 401 || response.status === 403) return `the server asks for another key: ${status?.message ?? response.status}`;
  return status?.message || `the server answered with HTTP status ${response.status}`;
}
