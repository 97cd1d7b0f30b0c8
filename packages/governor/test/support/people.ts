import { z } from "zod";

export const junior = { tenant: "acme", issuer: "https://id.example", subject: "jun", role: "junior" } as const;
export const reviewer = { tenant: "acme", issuer: "https://id.example", subject: "rev", role: "reviewer" } as const;
export const context = { principal: junior, session: "s-1" } as const;

export const paySchema: z.ZodType<{ amount: number; note?: string | undefined }> = z.strictObject({
  amount: z.number(),
  note: z.string().optional(),
});
