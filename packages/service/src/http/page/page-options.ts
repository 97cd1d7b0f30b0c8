/** One file of the page, whole and in memory. */
export interface PageFile {
  /** The address at which it is served, exactly: `/`, `/console/main.js`. */
  readonly path: string;
  /** Its `Content-Type`. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * How a person at the page says who they are: they choose one of the made-up people (`development`), present a token of
 * their issuer, or were already recognised by a proxy in front.
 */
export type PageIdentity = "development" | "token" | "proxy";

export interface PageOptions {
  readonly files: readonly PageFile[];
  readonly identity: PageIdentity;
  /** Present with development identity alone, which listens on loopback only. */
  readonly development?: DevelopmentPeople | undefined;
}

export interface DevelopmentPeople {
  /**
   * What the page has to show before it is given tokens. Known to whoever may read the state folder or sees the terminal:
   * other users of the machine reach the port as well, and must not become a reviewer by it.
   */
  readonly key: string;
  /** By name: `junior`, `reviewer`. */
  readonly tokens: Readonly<Record<string, string>>;
}
