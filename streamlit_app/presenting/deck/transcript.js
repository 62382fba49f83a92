// The transcript that the server's owner has stored, by section; empty without one or without the server.
export async function storedTranscript() {
  try {
    const answer = await fetch(new URL("./present/transcript.json", document.baseURI));
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

export const clock = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
