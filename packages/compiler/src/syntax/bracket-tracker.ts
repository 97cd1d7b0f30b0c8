import { TokenKind } from "./token-kind.ts";
import type { TokenSink } from "./token-sink.ts";

/** Knows the brackets and template expressions that are open while a text is lexed, and pairs them. */
export interface BracketTracker {
  /** Kind of the innermost opener; undefined outside brackets. */
  enclosing(): TokenKind | undefined;
  track(kind: TokenKind, index: number): void;
  /** After an error inside a template's expression the next `}` is more likely a rule's than the template's. */
  leaveTemplates(): void;
}

const OPENER_OF: ReadonlyMap<TokenKind, TokenKind> = new Map<TokenKind, TokenKind>([
  [TokenKind.rightBracket, TokenKind.leftBracket],
  [TokenKind.rightBrace, TokenKind.leftBrace],
  [TokenKind.rightParen, TokenKind.leftParen],
]);

/** A closer that does not fit the innermost open bracket stays without partner, and so does that bracket. */
export function createBracketTracker(sink: Pick<TokenSink, "pair" | "continuesTemplate">): BracketTracker {
  const open: { readonly kind: TokenKind; readonly index: number }[] = [];
  return {
    enclosing: () => open.at(-1)?.kind,
    track: (kind, index) => {
      switch (kind) {
        case TokenKind.leftBracket:
        case TokenKind.leftBrace:
        case TokenKind.leftParen:
          open.push({ kind, index });
          break;
        case TokenKind.templatePart:
        case TokenKind.rawTemplatePart:
        case TokenKind.templateEnd:
        case TokenKind.rawTemplateEnd:
          if (sink.continuesTemplate(index)) {
            open.pop();
          }
          if (isTemplatePart(kind)) {
            open.push({ kind, index });
          }
          break;
        default: {
          const opener = OPENER_OF.get(kind);
          const innermost = open.at(-1);
          if (opener !== undefined && innermost?.kind === opener) {
            open.pop();
            sink.pair(innermost.index, index);
          }
        }
      }
    },
    leaveTemplates: () => {
      const outermost = open.findIndex(({ kind }) => isTemplatePart(kind));
      if (outermost >= 0) {
        open.length = outermost;
      }
    },
  };
}

function isTemplatePart(kind: TokenKind): boolean {
  return kind === TokenKind.templatePart || kind === TokenKind.rawTemplatePart;
}
