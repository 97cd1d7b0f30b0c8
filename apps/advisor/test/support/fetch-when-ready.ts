/**
 * A machine that does many things at once is told to come back, and does. Only for what is refused before anything is begun:
 * 503 `overloaded`.
 */
export async function fetchWhenReady(url: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetch(url, init);
    if (response.status !== 503) return response;
    const { code } = (await response.clone().json()) as { readonly code?: string };
    if (code !== "overloaded") return response;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
