// Asks a running advisor for its page, and for every file that the page and its modules name. Needs nothing but Node, because
// it also runs where nothing else is: inside the image.

/** One line for everything that a browser would miss; empty when all is well. */
export async function wholePage(url: string): Promise<readonly string[]> {
  const problems: string[] = [];
  const seen = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const response = await fetch(url + path);
    const type = response.headers.get("content-type") ?? "";
    const text = await response.text();
    if (response.status !== 200) problems.push(`${path} answers ${response.status}`);
    if (!(response.headers.get("content-security-policy") ?? "").startsWith("default-src 'none'")) {
      problems.push(`${path} has no strict content security policy`);
    }
    for (const named of namedIn(text, type)) await visit(new URL(named, `http://page${path}`).pathname);
  };
  await visit("/");
  if (seen.size < 5) problems.push(`the page names ${seen.size - 1} files, which is less than it needs`);
  return problems;
}

function namedIn(text: string, type: string): readonly string[] {
  const pattern = type.startsWith("text/html")
    ? /(?:src|href)="(\/[^"]*)"/g
    : type.startsWith("text/javascript")
      ? /^import .*?from "([^"]+)";$/gm
      : type.startsWith("text/css")
        ? /url\("([^"]+)"\)/g
        : undefined;
  return pattern === undefined ? [] : [...text.matchAll(pattern)].map(([, named = ""]) => named);
}
