import { DockerfileParser } from "dockerfile-ast";
import { readDeployment } from "./read-deployment.ts";

export interface DockerInstruction {
  readonly keyword: string;
  /** Without the keyword, with flags; continued lines are joined. */
  readonly text: string;
}

export interface DockerStage {
  readonly image: string;
  readonly name: string | null;
  readonly instructions: readonly DockerInstruction[];
}

export function readDockerfile(): readonly DockerStage[] {
  const stages: { image: string; name: string | null; instructions: DockerInstruction[] }[] = [];
  const file = DockerfileParser.parse(readDeployment("Dockerfile"));
  for (const from of file.getFROMs()) {
    stages.push({ image: from.getImage() ?? "", name: from.getBuildStage(), instructions: [] });
  }
  let current = -1;
  for (const instruction of file.getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === "FROM") current += 1;
    else
      stages[current]?.instructions.push({ keyword, text: joined(instruction.getTextContent().slice(keyword.length)) });
  }
  return stages;
}

function joined(text: string): string {
  return text
    .replaceAll(/\\\s*\n\s*/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
