// A link that holds the article itself: in the fragment, which browsers never send to a server.

/** The most that a link may unfold to, in bytes: more is no article, but somebody's attempt to fill the memory. */
const MOST_BYTES = 2 << 20;

/**
 * What is read and checked ({text, date, draft}) as a fragment without "#": "z=" and the JSON, deflated, in base64url;
 * "j=" and the bare JSON where the browser can't deflate.
 */
export async function fragmentOf(state) {
  const json = new TextEncoder().encode(JSON.stringify(state));
  if (typeof CompressionStream === 'undefined') return `j=${base64url(json)}`;
  return `z=${base64url(await through(new CompressionStream('deflate-raw'), json, Infinity))}`;
}

/** What a fragment holds, or null where it is none of ours or is damaged. */
export async function stateOf(fragment) {
  const [, form, packed] = /^#?([zj])=([A-Za-z0-9_-]+)$/.exec(fragment) ?? [];
  if (!packed) return null;
  try {
    const bytes = unpacked(packed);
    const json = form === 'z' ? await through(new DecompressionStream('deflate-raw'), bytes, MOST_BYTES) : bytes;
    const state = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    return stateFrom(state);
  } catch {
    return null;
  }
}

function stateFrom(state) {
  const words = (value) => (typeof value === 'string' ? value : '');
  const date = /^\d{4}-\d{2}-\d{2}$/.test(words(state?.date)) ? state.date : '';
  return words(state?.text) === '' ? null : { text: state.text, date, draft: words(state.draft) };
}

async function through(stream, bytes, most) {
  const chunks = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    length += value.length;
    if (length > most) throw new RangeError(`unfolds to more than ${most} bytes`);
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Bytes at a time: a call takes only so many arguments. */
const CHUNK = 0x8000;

function base64url(bytes) {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function unpacked(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
